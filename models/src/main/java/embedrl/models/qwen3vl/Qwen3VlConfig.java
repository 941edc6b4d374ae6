package embedrl.models.qwen3vl;

import embedrl.models.decoder.LanguageModelConfig;
import embedrl.nn.RotaryAngles;
import java.util.List;

/** Shape of a Qwen3-VL model: text decoder, vision tower, and whether the head is the token embedding. */
public record Qwen3VlConfig(TextConfig text, VisionConfig vision, boolean tieWordEmbeddings) implements LanguageModelConfig {
    public Qwen3VlConfig {
        if (vision.outHiddenSize() != text.hiddenSize())
            throw new IllegalArgumentException("config: vision out_hidden_size " + vision.outHiddenSize() + " must equal text hidden_size " + text.hiddenSize());
    }

    @Override
    public int vocabSize() {
        return text.vocabSize();
    }

    @Override
    public int hiddenSize() {
        return text.hiddenSize();
    }

    @Override
    public int numHiddenLayers() {
        return text.numHiddenLayers();
    }

    @Override
    public int numKeyValueHeads() {
        return text.numKeyValueHeads();
    }

    @Override
    public int headDim() {
        return text.headDim();
    }

    @Override
    public int spatialMergeSize() {
        return vision.spatialMergeSize();
    }

    @Override
    public int patchWidth() {
        return vision.patchWidth();
    }

    @Override
    public RotaryAngles angles(int[] positions) {
        return text.angles(positions);
    }

    /**
     * The compact model of the examples: width 128, 4 layers, one vision block, about 1.2 M parameters. It sees 16 × 16 pixels per visual token, so a
     * canvas of 64 × 64 is 16 tokens.
     */
    public static Qwen3VlConfig compact(int vocabSize) {
        return new Qwen3VlConfig(new TextConfig(vocabSize, 128, 384, 4, 4, 2, 32, 1e-6f, 10_000, List.of(6, 5, 5)),
                new VisionConfig(1, 128, 256, 4, 8, 2, 2, 128, 64, List.of()), true);
    }

    /** Half as wide and half as deep, for lessons and tests: about 0.2 M parameters. Sees as {@link #compact} does. */
    public static Qwen3VlConfig tiny(int vocabSize) {
        return new Qwen3VlConfig(new TextConfig(vocabSize, 64, 192, 2, 4, 2, 16, 1e-6f, 10_000, List.of(4, 2, 2)),
                new VisionConfig(1, 64, 128, 4, 8, 2, 2, 64, 64, List.of()), true);
    }
}
