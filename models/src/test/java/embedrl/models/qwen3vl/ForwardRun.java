package embedrl.models.qwen3vl;

import embedrl.autograd.Gradients;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.SequenceLayout;
import embedrl.nn.Losses;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs a reference case through the model once, with everything that the case knows as an output, laid out as the case stores it. */
final class ForwardRun implements AutoCloseable {
    private final GoldenCase of;
    private final Qwen3Vl model;
    private final SequenceLayout layout;
    private final Program program;

    ForwardRun(GoldenCase of, Qwen3Vl model, SequenceLayout.Rounding rounding, Executor executor) {
        this.of = of;
        this.model = model;
        layout = SequenceLayout.of(of.sequences(), rounding);
        PackedInputs in = PackedInputs.of("", layout, model.config());
        Program.Builder builder = Program.builder();
        Qwen3VlTrace trace = model.trace(in);
        for (int g = 0; g < trace.visuals().size(); g++) {
            Qwen3VlTrace.Vision vision = trace.visuals().get(g);
            builder.output(g + ".patch_embed", vision.patchEmbedding()).output(g + ".pos_added", vision.positioned()).output(g + ".merged", vision.merged());
            for (int i = 0; i < vision.blocks().size(); i++) builder.output(g + ".block_" + i, vision.blocks().get(i));
            for (int i = 0; i < vision.deepstack().size(); i++) builder.output(g + ".deepstack_" + i, vision.deepstack().get(i));
        }
        builder.output("inputs_embeds", trace.states().getFirst());
        for (int i = 1; i < trace.states().size(); i++) builder.output("layer_" + (i - 1), trace.states().get(i));
        Tensor hidden = trace.norm();
        Tensor logits = trace.logits();
        Tensor pool = Tensor.input("pool", DType.INT32, layout.batch());
        Tensor loss = Losses.nextToken(logits, Tensor.input("labels", DType.INT32, layout.batch(), layout.tokens()));
        builder.output("norm", hidden).output("logits", logits).output("loss", loss)
                .output("embedding", hidden.reshape(-1, model.config().text().hiddenSize()).gather(pool).l2Normalize());
        List<String> names = new ArrayList<>(model.parameters().keySet());
        Map<String, Variable> parameters = model.parameters();
        List<Tensor> gradients = Gradients.of(loss, names.stream().map(name -> parameters.get(name).tensor()).toList());
        for (int i = 0; i < names.size(); i++) builder.output("grad." + names.get(i), gradients.get(i));
        program = builder.compile(executor);
        PackedBatch.of(of.sequences(), layout, model.config()).setOn(program, "");
        program.set("labels", labels()).set("pool", pool()).run();
    }

    private int[] labels() {
        int[] labels = new int[layout.batch() * layout.tokens()];
        Arrays.fill(labels, -1);
        for (int b = 0; b < of.rows(); b++) {
            int[] row = of.labels(b);
            System.arraycopy(row, 0, labels, b * layout.tokens(), row.length);
        }
        return labels;
    }

    private int[] pool() {
        int[] pool = new int[layout.batch()];
        Arrays.fill(pool, -1);
        for (int b = 0; b < of.rows(); b++) {
            int[] tokens = of.sequences().get(b).tokens();
            for (int i = 0; i < tokens.length; i++) if (tokens[i] == of.embToken()) pool[b] = b * layout.tokens() + i;
        }
        return pool;
    }

    /** A result in the shape and order of the case, zeros at padding. */
    float[] result(String name) {
        if (name.startsWith("grad.")) return program.read(name).floats();
        String output = name.substring("expected.".length());
        if (output.startsWith("image.") || output.startsWith("video.")) return visual(output, of.shape(name));
        float[] values = program.read(output).floats();
        if (output.equals("loss")) return values;
        if (output.equals("embedding")) return Arrays.copyOf(values, of.rows() * model.config().text().hiddenSize());
        return unpacked(values, of.shape(name)[2]);
    }

    private float[] unpacked(float[] values, int columns) {
        float[] rows = new float[of.rows() * of.width() * columns];
        for (int b = 0; b < of.rows(); b++)
            System.arraycopy(values, b * layout.tokens() * columns, rows, (b * of.width() + of.offset(b)) * columns, of.sequences().get(b).length() * columns);
        return rows;
    }

    private float[] visual(String output, int[] shape) {
        String kind = output.substring(0, output.indexOf('.'));
        String part = output.substring(output.indexOf('.') + 1);
        boolean perToken = part.equals("merged") || part.startsWith("deepstack");
        float[] all = new float[shape[0] * shape[1]];
        int[] used = new int[layout.visuals().size()];
        for (int b = 0; b < of.rows(); b++)
            for (GoldenCase.Visual visual : of.visuals(b)) {
                int group = group(visual);
                int at = used[group]++;
                if (!visual.kind().equals(kind)) continue;
                int patches = visual.input().rows() * visual.input().columns();
                int length = (perToken ? patches / 4 : patches) * shape[1];
                int first = (perToken ? visual.firstPatch() / 4 : visual.firstPatch()) * shape[1];
                System.arraycopy(program.read(group + "." + part).floats(), at * length, all, first, length);
            }
        return all;
    }

    private int group(GoldenCase.Visual visual) {
        for (int g = 0; g < layout.visuals().size(); g++)
            if (layout.visuals().get(g).rows() == visual.input().rows() && layout.visuals().get(g).columns() == visual.input().columns()) return g;
        throw new IllegalStateException("no group for " + visual);
    }

    float[] gradient(String parameter) {
        return program.read("grad." + parameter).floats();
    }

    @Override
    public void close() {
        program.close();
    }
}
