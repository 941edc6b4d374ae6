package embedrl.examples.parity;

import embedrl.autograd.Gradients;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.SequenceLayout;
import embedrl.nn.Losses;
import embedrl.nn.RotaryAngles;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A forward pass of a text case with everything that the case can know as an output: each state, angles, logits, loss and gradients. */
final class CausalForward implements AutoCloseable {
    private static final String LABELS = "labels";

    private final CaseFile file;
    private final LanguageModel model;
    private final CausalRows rows;
    private final SequenceLayout layout;
    private final RotaryAngles angles;
    private final int layers;
    private final List<String> gradients;
    private final Program program;

    /**
     * Runs the case.
     *
     * @param trained what gradients are computed for where the case has one, by its names; other gradients of the case are left alone
     */
    CausalForward(CaseFile file, LanguageModel model, CausalRows rows, Map<String, Variable> trained, Executor device) {
        this.file = file;
        this.model = model;
        this.rows = rows;
        layout = SequenceLayout.of(rows.sequences(), SequenceLayout.Rounding.EXACT);
        angles = rows.angles(model.config(), layout.tokens());
        PackedInputs in = PackedInputs.of("", layout, model.config());
        List<Tensor> states = model.states(in);
        layers = states.size() - 1;
        Tensor hidden = model.hidden(in);
        Tensor logits = model.logits(hidden);
        Map<String, Tensor> results = new LinkedHashMap<>();
        results.put("inputs_embeds", states.getFirst());
        for (int i = 0; i < layers; i++) results.put("layer_" + i, states.get(i + 1));
        results.put("norm", hidden);
        results.put("logits", logits);
        gradients = file.json().path("gradients").propertyNames().stream().filter(trained::containsKey).toList();
        if (file.has("input." + LABELS)) {
            Tensor loss = Losses.nextToken(logits, Tensor.input(LABELS, DType.INT32, layout.batch(), layout.tokens()));
            results.put("loss", loss);
            List<Tensor> slopes = Gradients.of(loss, gradients.stream().map(name -> trained.get(name).tensor()).toList());
            for (int i = 0; i < gradients.size(); i++) results.put("grad." + gradients.get(i), slopes.get(i));
        }
        Program.Builder builder = Program.builder();
        results.forEach(builder::output);
        program = builder.compile(device);
        PackedBatch.of(rows.sequences(), layout, model.config()).setOn(program, "");
        program.set("cos", angles.cos()).set("sin", angles.sin());
        if (file.has("input." + LABELS)) program.set(LABELS, rows.packed(labels(), layout.tokens(), -1));
        program.run();
    }

    /** Labels of the case; negative where not counted. */
    private int[] labels() {
        int[] labels = file.ints("input." + LABELS);
        for (int i = 0; i < labels.length; i++) labels[i] = Math.max(-1, labels[i]);
        return labels;
    }

    /** Compares one expected result by its name without "expected.". */
    Check compare(String name) {
        return file.compare("expected." + name, switch (name) {
            case "rotary_cos" -> rows.rotary(angles.cos(), layout.tokens(), model.config().headDim());
            case "rotary_sin" -> rows.rotary(angles.sin(), layout.tokens(), model.config().headDim());
            case "loss" -> program.read("loss").floats();
            case "inputs_embeds", "norm", "logits" -> tokens(name);
            default -> tokens(layer(name));
        });
    }

    private String layer(String name) {
        for (int i = 0; i < layers; i++) if (name.equals("layer_" + i)) return name;
        throw new IllegalArgumentException("expected." + name + " is a result that this kind does not know");
    }

    /** A result per token in the case's places: [B, T, …]. */
    float[] tokens(String name) {
        return rows.padded(program.read(name).floats(), layout.tokens());
    }

    /** Compares the gradient of a parameter. */
    Check gradient(String name) {
        if (!gradients.contains(name)) throw new IllegalArgumentException("the case stores a gradient of '" + name + "', which is no parameter here");
        return file.compare("grad." + name, program.read("grad." + name).floats());
    }

    @Override
    public void close() {
        program.close();
    }
}
