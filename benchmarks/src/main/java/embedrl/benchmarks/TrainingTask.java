package embedrl.benchmarks;

import embedrl.tensor.Seed;

/** The training step that both sides run: model sizes, data, optimizer. As shared by all peers: AdamW with PyTorch's defaults on random tokens. */
final class TrainingTask {
    static final int LAYERS = 6;
    static final int WIDTH = 384;        // D
    static final int HEADS = 6;          // H
    static final int HIDDEN = 1536;
    static final int VOCABULARY = 256;   // V
    static final int TOKENS = 128;       // T
    static final int BATCH = 16;         // B
    static final float NORM_EPSILON = 1e-5f;
    static final float LEARNING_RATE = 1e-3f;
    static final float WEIGHT_DECAY = 0.01f;
    static final float BETA_1 = 0.9f;
    static final float BETA_2 = 0.999f;
    static final float EPSILON = 1e-8f;
    static final int STEP_TOKENS = BATCH * TOKENS;

    /** Losses of the first steps that are compared. */
    static final int COMPARED_STEPS = 3;

    private static final Seed SEED = Seed.of(7);

    private TrainingTask() {
    }

    /** Both sides begin with the weights of this decoder. */
    static Decoder decoder() {
        return new Decoder(SEED.split("model"));
    }

    /** [B, T]. */
    static int[] inputs() {
        return random("inputs");
    }

    /** [B, T]. */
    static int[] targets() {
        return random("targets");
    }

    private static int[] random(String name) {
        Seed seed = SEED.split(name);
        int[] ids = new int[STEP_TOKENS];
        for (int i = 0; i < ids.length; i++) ids[i] = seed.below(VOCABULARY, i);
        return ids;
    }
}
