package embedrl.models;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.models.Reasoner.Rollout;
import embedrl.models.message.ChatTemplate;
import embedrl.models.message.Content;
import embedrl.models.message.MessageEncoder;
import embedrl.models.message.PatchCounts;
import embedrl.models.qwen3vl.GoldenModel;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.models.qwen3vl.TextConfig;
import embedrl.models.qwen3vl.VisionConfig;
import embedrl.models.tokenizer.BpeTokenizer;
import embedrl.models.tokenizer.BpeTrainer;
import embedrl.tensor.Seed;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ReasonerTest {
    private static final BpeTokenizer TOKENIZER = BpeTrainer.train(List.of("the cat sat on the mat"), 270,
            List.of("<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|image_pad|>"));
    private static final Qwen3VlConfig CONFIG = new Qwen3VlConfig(new TextConfig(TOKENIZER.vocabularySize(), 16, 32, 1, 2, 1, 8, 1e-6f, 10_000, List.of(2, 1, 1)),
            new VisionConfig(1, 8, 16, 2, 2, 1, 2, 16, 16, List.of()), true);
    private static final MessageEncoder ENCODER = new MessageEncoder(TOKENIZER, ChatTemplate.compact(), new PatchCounts(CONFIG.vision().patchWidth()), 2);
    private static final Reasoner REASONER = new Reasoner(new Qwen3Vl(CONFIG, new Seed(8)), ENCODER, GoldenModel.executor(), 6);

    @AfterAll
    static void close() {
        REASONER.close();
    }

    private static List<List<Content>> prompts(int count) {
        return IntStream.range(0, count).<List<Content>>mapToObj(i -> i % 2 == 0 ? List.of(Content.text("cat " + i))
                : List.of(new Content.Image(PatchCounts.image(2, 2, i)), Content.text("mat"))).toList();
    }

    private static List<List<int[]>> tokens(List<List<Rollout>> rollouts) {
        return rollouts.stream().map(group -> group.stream().map(r -> r.generation().tokens()).toList()).toList();
    }

    @Test
    void eachPromptHasItsRolloutsWithTextAndTokens() {
        List<List<Rollout>> rollouts = REASONER.sample(prompts(3), 4, 1, 5);
        assertThat(rollouts).hasSize(3).allSatisfy(group -> assertThat(group).hasSize(4));
        Set<List<Integer>> different = new HashSet<>();
        for (int p = 0; p < 3; p++)
            for (Rollout rollout : rollouts.get(p)) {
                assertThat(rollout.prompt().tokens()).isEqualTo(ENCODER.prompt(prompts(3).get(p)).tokens());
                int[] tokens = rollout.generation().tokens();
                assertThat(tokens.length).isBetween(1, REASONER.maxNewTokens());
                int[] written = rollout.generation().finished() ? Arrays.copyOf(tokens, tokens.length - 1) : tokens;
                assertThat(rollout.text()).isEqualTo(TOKENIZER.decode(written));
                different.add(Arrays.stream(tokens).boxed().toList());
            }
        assertThat(different).hasSize(12);
    }

    @Test
    void theSeedDecidesTheRollouts() {
        List<List<int[]>> first = tokens(REASONER.sample(prompts(2), 3, 0.8, 5));
        assertThat(tokens(REASONER.sample(prompts(2), 3, 0.8, 5))).usingRecursiveComparison().isEqualTo(first);
        assertThat(tokens(REASONER.sample(prompts(2), 3, 0.8, 6)).getFirst().getFirst()).isNotEqualTo(first.getFirst().getFirst());
    }

    @Test
    void promptsBeyondOneCallsRowsDrawAsIfTheyWereInIt() {
        // 100 samples a prompt: two prompts fit into one call of the generator, the third goes into another.
        List<List<int[]>> three = tokens(REASONER.sample(prompts(3), 100, 1, 9));
        List<List<int[]>> two = tokens(REASONER.sample(prompts(2), 100, 1, 9));
        assertThat(three.subList(0, 2)).usingRecursiveComparison().isEqualTo(two);
        assertThat(three.get(2)).hasSize(100);
        assertThat(three.get(2).getFirst()).isNotEqualTo(three.get(0).getFirst());
    }

    @Test
    void greedyRolloutsAreTheSameForEqualPrompts() {
        List<Rollout> rollouts = REASONER.greedy(List.of(prompts(1).getFirst(), prompts(2).getLast(), prompts(1).getFirst()));
        assertThat(rollouts.get(0).generation().tokens()).isEqualTo(rollouts.get(2).generation().tokens());
        assertThat(rollouts.get(1).prompt().visuals()).hasSize(1);
        assertThat(REASONER.greedy(List.of())).isEmpty();
    }
}
