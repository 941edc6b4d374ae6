package embedrl.benchmarks;

import embedrl.models.decoder.Decoder;
import embedrl.models.decoder.DecoderConfig;
import embedrl.models.decoder.RopeFrequencies;
import embedrl.models.input.Sequence;
import embedrl.tensor.Seed;
import java.util.ArrayList;
import java.util.List;

/** The step of reinforcement that both sides run: a Qwen3-shaped decoder, its frozen copy, and a smaller frozen one whose mean state is compared with a fixed vector. */
final class EgRlTask {
    static final int VOCABULARY = 4096;      // V
    static final int PROMPTS = 8;
    static final int ROLLOUTS = 8;           // of each prompt
    static final int PROMPT_TOKENS = 64;
    static final int NEW_TOKENS = 64;        // of each rollout, exactly
    static final int ENCODER_WIDTH = 256;
    static final float LEARNING_RATE = 3e-6f;
    static final float KL = 0.01f;
    static final float CLIP = 1;             // largest norm of the gradient

    private static final Seed SEED = Seed.of(11);

    private EgRlTask() {
    }

    /** Always the same weights: the policy and its frozen copy. */
    static Decoder policy() {
        return new Decoder(config(6, 384, 6, 1536), SEED.split("policy"));
    }

    /** The frozen model of the reward. */
    static Decoder encoder() {
        return new Decoder(config(4, ENCODER_WIDTH, 4, 1024), SEED.split("encoder"));
    }

    private static DecoderConfig config(int layers, int width, int heads, int hidden) {
        return new DecoderConfig(DecoderConfig.Family.QWEN3, VOCABULARY, width, hidden, layers, heads, 2, width / heads, 1e-6f, new RopeFrequencies.Plain(10_000), false,
                false, true);
    }

    /** A step's prompts of random tokens. */
    static List<Sequence> prompts(int step) {
        List<Sequence> prompts = new ArrayList<>();
        for (int p = 0; p < PROMPTS; p++) {
            Seed seed = SEED.split("prompts").split(step).split(p);
            int[] tokens = new int[PROMPT_TOKENS];
            for (int i = 0; i < tokens.length; i++) tokens[i] = seed.below(VOCABULARY - 2, i);
            prompts.add(new Sequence(tokens, -1, List.of()));
        }
        return prompts;
    }
}
