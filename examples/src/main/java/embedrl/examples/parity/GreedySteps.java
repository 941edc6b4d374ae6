package embedrl.examples.parity;

import embedrl.models.decoder.LanguageModel;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.RopePositions;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.nn.KvCache;
import embedrl.nn.RotaryAngles;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Program;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * A greedy continuation of sequences without padding over a key-value cache, with the logits of each step: tokens [B, S] and logits [B, S, V].
 *
 * @param tokens the best token of each step
 * @param logits what it was chosen from; those of step 0 come from the prompt
 */
record GreedySteps(long[] tokens, float[] logits) {
    static GreedySteps of(LanguageModel model, List<Sequence> sequences, int steps, Executor device) {
        int vocabulary = model.config().vocabSize();
        int rows = sequences.size();
        SequenceLayout layout = SequenceLayout.of(sequences, SequenceLayout.Rounding.EXACT);
        KvCache cache = model.cache(rows, layout.tokens() + steps);
        var result = new GreedySteps(new long[rows * steps], new float[rows * steps * vocabulary]);
        try (Program prompt = prefill(model, layout, cache, device)) {
            PackedBatch.of(sequences, layout, model.config()).setOn(prompt, "");
            int[] last = new int[rows];
            for (int b = 0; b < rows; b++) last[b] = b * layout.tokens() + sequences.get(b).length() - 1;
            prompt.set("last", last).run();
            result.choose(prompt.read("logits").floats(), 0, steps, vocabulary);
        }
        int merge = model.config().spatialMergeSize();
        List<RopePositions> positions = sequences.stream().map(s -> RopePositions.of(s, merge)).toList();
        try (Program decode = decode(model, rows, cache, device)) {
            for (int step = 1; step < steps; step++) {
                int[] tokens = new int[rows];
                int[] starts = new int[rows];
                int[] axes = new int[3 * rows];
                for (int b = 0; b < rows; b++) {
                    tokens[b] = (int) result.tokens[b * steps + step - 1];
                    starts[b] = sequences.get(b).length() + step - 1;
                    for (int axis = 0; axis < 3; axis++) axes[axis * rows + b] = positions.get(b).next() + step - 1;
                }
                RotaryAngles angles = model.config().angles(axes);
                decode.set("tokens", tokens).set("starts", starts).set("lengths", Arrays.stream(starts).map(s -> s + 1).toArray()).set("cos", angles.cos())
                        .set("sin", angles.sin()).run();
                result.choose(decode.read("logits").floats(), step, steps, vocabulary);
            }
        }
        return result;
    }

    private static Program prefill(LanguageModel model, SequenceLayout layout, KvCache cache, Executor device) {
        PackedInputs in = PackedInputs.of("", layout, model.config());
        Tensor hidden = model.hidden(in, cache, Tensor.ofInts(Shape.of(layout.batch()), new int[layout.batch()]));
        Tensor last = hidden.reshape(-1, model.config().hiddenSize()).gather(Tensor.input("last", DType.INT32, layout.batch()));   // [B, D]
        return compiled(model.logits(last), cache, device);
    }

    private static Program decode(LanguageModel model, int rows, KvCache cache, Executor device) {
        PackedInputs in = PackedInputs.of("", new SequenceLayout(rows, 1, List.of()), model.config());
        Tensor hidden = model.hidden(in, cache, Tensor.input("starts", DType.INT32, rows));                                               // [B, 1, D]
        return compiled(model.logits(hidden.reshape(rows, model.config().hiddenSize())), cache, device);
    }

    private static Program compiled(Tensor logits, KvCache cache, Executor device) {
        Program.Builder builder = Program.builder().output("logits", logits);
        cache.updates().forEach(builder::update);
        return builder.compile(device);
    }

    /** Takes over the logits [B, V] of a step, and the best token of each row. */
    private void choose(float[] values, int step, int steps, int vocabulary) {
        for (int b = 0; b < values.length / vocabulary; b++) {
            int best = 0;
            for (int v = 1; v < vocabulary; v++) if (values[b * vocabulary + v] > values[b * vocabulary + best]) best = v;
            tokens[b * steps + step] = best;
            System.arraycopy(values, b * vocabulary, logits, (b * steps + step) * vocabulary, vocabulary);
        }
    }
}
