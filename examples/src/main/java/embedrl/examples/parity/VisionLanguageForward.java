package embedrl.examples.parity;

import embedrl.autograd.Gradients;
import embedrl.models.input.SequenceLayout;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.Qwen3VlTrace;
import embedrl.nn.Losses;
import embedrl.nn.RotaryAngles;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A forward pass of a vision-language case with all that the case knows as an output: vision tower block by block, decoder layer by layer, logits, embedding,
 * loss and gradients, each laid out as the case stores it.
 */
final class VisionLanguageForward implements AutoCloseable {
    private final VisionLanguageCase of;
    private final CaseFile file;
    private final VisionLanguagePositions positions;
    private final SequenceLayout layout;
    private final int[] pool;
    private final Set<String> outputs = new TreeSet<>();
    private final Program program;

    VisionLanguageForward(CaseFile file, VisionLanguageCase of, List<String> gradients, Executor device) {
        this.of = of;
        this.file = file;
        this.positions = new VisionLanguagePositions(of);
        Qwen3Vl model = of.model();
        layout = SequenceLayout.of(of.sequences(), SequenceLayout.Rounding.EXACT);
        PackedInputs in = PackedInputs.of("", layout, model.config());
        Qwen3VlTrace trace = model.trace(in);
        Map<String, Tensor> results = new LinkedHashMap<>();
        for (int g = 0; g < trace.visuals().size(); g++) add(results, g + ".", trace.visuals().get(g));
        results.put("inputs_embeds", trace.states().getFirst());
        for (int i = 1; i < trace.states().size(); i++) results.put("layer_" + (i - 1), trace.states().get(i));
        results.put("norm", trace.norm());
        results.put("logits", trace.logits());
        outputs.addAll(results.keySet());
        pool = pool();
        Tensor at = Tensor.input("pool", DType.INT32, layout.batch());
        results.put("embedding", trace.norm().reshape(-1, model.config().text().hiddenSize()).gather(at).l2Normalize());
        Tensor loss = Losses.nextToken(trace.logits(), Tensor.input("labels", DType.INT32, layout.batch(), layout.tokens()));
        results.put("loss", loss);
        Map<String, Variable> parameters = model.parameters();
        for (String name : gradients)
            if (!parameters.containsKey(name)) throw new IllegalArgumentException("the model has no parameter '" + name + "'");
        List<Tensor> slopes = Gradients.of(loss, gradients.stream().map(name -> parameters.get(name).tensor()).toList());
        for (int i = 0; i < gradients.size(); i++) results.put("grad." + gradients.get(i), slopes.get(i));
        Program.Builder builder = Program.builder();
        results.forEach(builder::output);
        program = builder.compile(device);
        PackedBatch.of(of.sequences(), layout, model.config()).setOn(program, "");
        program.set("labels", labels()).set("pool", pool).run();
    }

    private static void add(Map<String, Tensor> results, String group, Qwen3VlTrace.Vision vision) {
        results.put(group + "patch_embed", vision.patchEmbedding());
        results.put(group + "pos_added", vision.positioned());
        for (int i = 0; i < vision.blocks().size(); i++) results.put(group + "block_" + i, vision.blocks().get(i));
        results.put(group + "merged", vision.merged());
        for (int i = 0; i < vision.deepstack().size(); i++) results.put(group + "deepstack_" + i, vision.deepstack().get(i));
    }

    private int[] labels() {
        int[] labels = new int[layout.batch() * layout.tokens()];
        Arrays.fill(labels, -1);
        if (!file.has("input.labels")) return labels;
        int[] stored = file.ints("input.labels");
        for (int b = 0; b < of.rows(); b++) {
            int[] row = of.unpadded(b, i -> Math.max(-1, stored[i]));
            System.arraycopy(row, 0, labels, b * layout.tokens(), row.length);
        }
        return labels;
    }

    /** Flattened place of each row's last embedding token; −1 where there is none. */
    private int[] pool() {
        int[] at = new int[layout.batch()];
        Arrays.fill(at, -1);
        if (!file.json().has("emb_token_id")) return at;
        int token = file.json().path("emb_token_id").intValue();
        for (int b = 0; b < of.rows(); b++) {
            int[] tokens = of.sequences().get(b).tokens();
            for (int i = 0; i < tokens.length; i++) if (tokens[i] == token) at[b] = b * layout.tokens() + i;
        }
        return at;
    }

    /** Compares one expected result by its name without "expected.". */
    Check compare(String name) {
        String tensor = "expected." + name;
        int dot = name.indexOf('.');
        return switch (name) {
            case "position_ids" -> file.compare(tensor, positions.positions());
            case "rope_deltas" -> file.compare(tensor, positions.deltas());
            case "rotary_cos" -> file.compare(tensor, positions.rotary(RotaryAngles::cos));
            case "rotary_sin" -> file.compare(tensor, positions.rotary(RotaryAngles::sin));
            case "loss" -> file.compare(tensor, program.read("loss").floats());
            case "embedding" -> file.compare(tensor, program.read("embedding").floats());
            default -> dot < 0 ? file.compare(tensor, tokens(name)) : file.compare(tensor, vision(name.substring(0, dot), name.substring(dot + 1)));
        };
    }

    /** Compares the gradient of a parameter. */
    Check gradient(String parameter) {
        return file.compare("grad." + parameter, program.read("grad." + parameter).floats());
    }

    /** Places of the embedding tokens in the padded rows. */
    Check embeddingPositions(Tolerance tolerance) {
        List<Integer> expected = new ArrayList<>();
        file.json().path("embedding_positions").forEach(p -> expected.add(p.intValue()));
        List<Integer> found = new ArrayList<>();
        int width = file.shape("input.input_ids")[1];
        for (int b = 0; b < of.rows(); b++) {
            int row = b;
            int at = pool[b] - b * layout.tokens();
            found.add(pool[b] < 0 ? -1 : of.unpadded(b, i -> i - row * width)[at]);
        }
        return Check.equal("embedding_positions", found, expected, tolerance);
    }

    private float[] tokens(String name) {
        if (!outputs.contains(name)) throw new IllegalArgumentException("expected." + name + " is a result that this kind does not know");
        float[] values = program.read(name).floats();
        int columns = values.length / (layout.batch() * layout.tokens());
        List<float[]> rows = new ArrayList<>();
        for (int b = 0; b < of.rows(); b++) {
            int from = b * layout.tokens() * columns;
            rows.add(Arrays.copyOfRange(values, from, from + of.sequences().get(b).length() * columns));
        }
        return of.padded(rows, columns);
    }

    private double[] vision(String kind, String part) {
        double[] position = positions.vision(kind, part);
        if (position != null) return position;
        int merge = part.equals("merged") || part.startsWith("deepstack_") ? of.model().config().vision().spatialMergeSize() : 1;
        int[] shape = file.shape("expected." + kind + "." + part);
        double[] all = new double[shape[0] * shape[1]];
        int[] used = new int[layout.visuals().size()];
        for (int b = 0; b < of.rows(); b++)
            for (VisionLanguageCase.Visual visual : of.visuals(b)) {
                int group = group(visual);
                int at = used[group]++;
                if (!visual.kind().equals(kind)) continue;
                String output = group + "." + part;
                if (!outputs.contains(output)) throw new IllegalArgumentException("expected." + kind + "." + part + " is a result that this kind does not know");
                float[] values = program.read(output).floats();
                int length = values.length / layout.visuals().get(group).count();
                int first = visual.firstPatch() / (merge * merge) * shape[1];
                if (first + length > all.length) throw new IllegalArgumentException("expected." + kind + "." + part + " has another shape than the model's " + part);
                for (int i = 0; i < length; i++) all[first + i] = values[at * length + i];
            }
        return all;
    }

    private int group(VisionLanguageCase.Visual visual) {
        for (int g = 0; g < layout.visuals().size(); g++)
            if (layout.visuals().get(g).rows() == visual.input().rows() && layout.visuals().get(g).columns() == visual.input().columns()) return g;
        throw new IllegalStateException("no group for " + visual);
    }

    @Override
    public void close() {
        program.close();
    }
}
