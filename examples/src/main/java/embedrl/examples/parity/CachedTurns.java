package embedrl.examples.parity;

import embedrl.models.decoder.LanguageModel;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.nn.KvCache;
import embedrl.nn.RotaryAngles;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Program;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Sequences of equal length [B, T] of which the first tokens are computed together and the rest one by one over a key-value cache.
 *
 * @param prefill logits of the first tokens [B, P, V]
 * @param steps   logits of the others [B, T − P, V]
 * @param cache   what is kept afterwards, of capacity T
 */
record CachedTurns(float[] prefill, float[] steps, KvCache cache) {
    static CachedTurns of(LanguageModel model, CausalRows rows, int first, Executor device) {
        int batch = rows.count();
        int length = rows.sequences().getFirst().length();
        if (first < 1 || first > length || rows.sequences().stream().anyMatch(s -> s.length() != length))
            throw new IllegalArgumentException("a cache case needs rows of one length and at least 1 token before the steps, got " + first + " of " + length);
        KvCache cache = model.cache(batch, length);
        int vocabulary = model.config().vocabSize();
        float[] prefill;
        SequenceLayout layout = new SequenceLayout(batch, first, List.of());
        try (Program program = program(model, layout, cache, Tensor.ofInts(Shape.of(batch), new int[batch]), device)) {
            var beginnings = rows.sequences().stream().map(s -> new Sequence(Arrays.copyOf(s.tokens(), first), -1, List.of())).toList();
            PackedBatch.of(beginnings, layout, model.config()).setOn(program, "");
            program.run();
            prefill = program.read("logits").floats();
        }
        float[] steps = new float[batch * (length - first) * vocabulary];
        try (Program program = program(model, new SequenceLayout(batch, 1, List.of()), cache, Tensor.input("starts", DType.INT32, batch), device)) {
            for (int t = first; t < length; t++) {
                int at = t;
                int[] positions = new int[3 * batch];
                Arrays.fill(positions, t);
                RotaryAngles angles = model.config().angles(positions);
                program.set("tokens", rows.sequences().stream().mapToInt(s -> s.tokens()[at]).toArray()).set("starts", filled(batch, t))
                        .set("lengths", filled(batch, t + 1)).set("cos", angles.cos()).set("sin", angles.sin()).run();
                float[] logits = program.read("logits").floats();
                for (int b = 0; b < batch; b++)
                    System.arraycopy(logits, b * vocabulary, steps, (b * (length - first) + t - first) * vocabulary, vocabulary);
            }
        }
        return new CachedTurns(prefill, steps, cache);
    }

    private static int[] filled(int length, int value) {
        int[] values = new int[length];
        Arrays.fill(values, value);
        return values;
    }

    private static Program program(LanguageModel model, SequenceLayout layout, KvCache cache, Tensor starts, Executor device) {
        PackedInputs in = PackedInputs.of("", layout, model.config());
        Program.Builder builder = Program.builder().output("logits", model.logits(model.hidden(in, cache, starts)));
        cache.updates().forEach(builder::update);
        return builder.compile(device);
    }

    /** Keys or values [B, T, K, d] in the order of the reference: [B, K, T, d]. */
    static float[] byHead(HostTensor cached) {
        Shape s = cached.shape();
        int width = s.size(3);
        float[] from = cached.floats();
        float[] to = new float[from.length];
        for (int b = 0; b < s.size(0); b++)
            for (int t = 0; t < s.size(1); t++)
                for (int k = 0; k < s.size(2); k++)
                    System.arraycopy(from, ((b * s.size(1) + t) * s.size(2) + k) * width, to, ((b * s.size(2) + k) * s.size(1) + t) * width, width);
        return to;
    }
}
