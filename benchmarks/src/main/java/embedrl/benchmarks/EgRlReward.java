package embedrl.benchmarks;

import static embedrl.benchmarks.EgRlTask.ENCODER_WIDTH;
import static embedrl.benchmarks.EgRlTask.NEW_TOKENS;
import static embedrl.benchmarks.EgRlTask.PROMPTS;
import static embedrl.benchmarks.EgRlTask.PROMPT_TOKENS;
import static embedrl.benchmarks.EgRlTask.ROLLOUTS;

import embedrl.models.decoder.Decoder;
import embedrl.models.generation.Generation;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.nn.PiecewiseAttention;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import java.util.List;

/** The reward of {@link EgRlTask}: the cosine of a rollout's mean state, prompt included, and a fixed vector. A prompt is computed once for its rollouts. */
final class EgRlReward {
    private static final SequenceLayout PREFIXES = new SequenceLayout(PROMPTS, PROMPT_TOKENS, List.of());
    private static final SequenceLayout RESPONSES = new SequenceLayout(PROMPTS * ROLLOUTS, NEW_TOKENS, List.of());

    private final Decoder model = EgRlTask.encoder();
    private final Program program;

    EgRlReward(Executor executor) {
        PackedInputs prompts = PackedInputs.of("prompt.", PREFIXES, model.config());
        PackedInputs responses = PackedInputs.of("", RESPONSES, model.config());
        Tensor promptOf = Tensor.input("prompt_of", DType.INT32, RESPONSES.batch());
        PiecewiseAttention attention = new PiecewiseAttention(List.of(new PiecewiseAttention.Piece(PREFIXES.batch(), PREFIXES.tokens(), prompts.lengths()),
                new PiecewiseAttention.Piece(RESPONSES.batch(), RESPONSES.tokens(), responses.lengths(), 0, promptOf)));
        Tensor states = model.hidden(PackedInputs.joined(List.of(prompts, responses)), _ -> attention);                           // [1, N, D]
        int split = PREFIXES.batch() * PREFIXES.tokens();
        Tensor ofPrompts = states.slice(1, 0, split).reshape(PREFIXES.batch(), PREFIXES.tokens(), ENCODER_WIDTH).sum(1);
        Tensor ofResponses = states.slice(1, split, attention.rows()).reshape(RESPONSES.batch(), RESPONSES.tokens(), ENCODER_WIDTH).sum(1);
        program = Program.builder().output("vectors", ofPrompts.gather(promptOf).add(ofResponses).l2Normalize()).compile(executor);
    }

    double[] of(List<Sequence> prompts, List<Generation> generations) {
        List<Sequence> wholes = generations.stream().map(g -> prompts.get(g.prompt()).append(g.tokens())).toList();
        PackedBatch.of(prompts, PREFIXES, model.config()).setOn(program, "prompt.");
        PackedBatch.of(wholes, PROMPT_TOKENS, RESPONSES, model.config()).setOn(program, "");
        program.set("prompt_of", generations.stream().mapToInt(Generation::prompt).toArray()).run();
        float[] vectors = new float[wholes.size() * ENCODER_WIDTH];
        program.read("vectors", vectors);
        double[] rewards = new double[wholes.size()];
        for (int i = 0; i < rewards.length; i++)
            for (int d = 0; d < ENCODER_WIDTH; d++) rewards[i] += vectors[i * ENCODER_WIDTH + d] * (d % 2 == 0 ? 1 : -1) / Math.sqrt(ENCODER_WIDTH);
        return rewards;
    }
}
