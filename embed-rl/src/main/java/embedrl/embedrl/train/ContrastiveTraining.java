package embedrl.embedrl.train;

import embedrl.models.MessageEmbedder;
import embedrl.models.input.LengthHalves;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.models.message.EmbedderMessage;
import embedrl.nn.Losses;
import embedrl.nn.StepResult;
import embedrl.nn.TrainStep;
import embedrl.nn.Training;
import embedrl.tensor.DType;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stage 1: contrastive training of the Embedder on pairs of messages. Symmetric InfoNCE with scale 50 over the whole batch; pairs with equal targets are
 * not negatives of each other. Embed-RL, contrastive stage.
 */
public final class ContrastiveTraining implements AutoCloseable {
    /** The fixed scale 1/τ of the published code. */
    public static final float SCALE = 50;

    private static final SequenceLayout.Rounding ROUNDING = new SequenceLayout.Rounding(1, 16, 24);

    /** One pair as the Embedder reads it; target names tell equal targets. */
    public record Example(EmbedderMessage query, EmbedderMessage target, String queryId, String targetId) {
    }

    private final MessageEmbedder embedder;
    private final Training training;
    private final float scale;
    private final Map<List<SequenceLayout>, TrainStep> steps = new HashMap<>();

    public ContrastiveTraining(MessageEmbedder embedder, Training training, float scale) {
        this.embedder = embedder;
        this.training = training;
        this.scale = scale;
    }

    /** One optimizer step on a batch of B pairs. */
    public StepResult step(List<Example> pairs, float learningRate) {
        List<Sequence> sequences = new ArrayList<>(2 * pairs.size());
        for (Example pair : pairs) sequences.add(embedder.sequence(pair.query()));
        for (Example pair : pairs) sequences.add(embedder.sequence(pair.target()));
        List<List<Integer>> parts = LengthHalves.of(sequences);
        List<List<Sequence>> members = parts.stream().map(part -> part.stream().map(sequences::get).toList()).toList();
        List<SequenceLayout> layouts = members.stream().map(m -> SequenceLayout.of(m, ROUNDING)).toList();
        TrainStep step = steps.computeIfAbsent(layouts, this::compile);
        int[] place = new int[sequences.size()];   // row of each sequence among the vectors of all parts
        int row = 0;
        for (int p = 0; p < parts.size(); p++) {
            PackedBatch.of(members.get(p), layouts.get(p), embedder.model().config()).setOn(step.program(), prefix(p));
            step.set(prefix(p) + "pool", embedder.poolAt(members.get(p), layouts.get(p)));
            for (int index : parts.get(p)) place[index] = row++;
        }
        return step.set("place", place).set("excluded", excluded(pairs)).run(learningRate);
    }

    private static String prefix(int part) {
        return "part" + part + ".";
    }

    /** 1 where two different pairs share their target or query, so that one must not count as the other's negative: [B, B]. */
    private static float[] excluded(List<Example> pairs) {
        int n = pairs.size();
        float[] excluded = new float[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                if (i != j && (pairs.get(i).targetId().equals(pairs.get(j).targetId()) || pairs.get(i).queryId().equals(pairs.get(j).queryId())))
                    excluded[i * n + j] = 1;
        return excluded;
    }

    private TrainStep compile(List<SequenceLayout> layouts) {
        int count = layouts.stream().mapToInt(SequenceLayout::batch).sum();
        int pairs = count / 2;
        List<Tensor> parts = new ArrayList<>();
        for (int p = 0; p < layouts.size(); p++) {
            PackedInputs in = PackedInputs.of(prefix(p), layouts.get(p), embedder.model().config());
            parts.add(embedder.vectors(in, Tensor.input(prefix(p) + "pool", DType.INT32, layouts.get(p).batch())));
        }
        Tensor vectors = Tensor.concat(0, parts.toArray(Tensor[]::new)).gather(Tensor.input("place", DType.INT32, count));   // [2B, D]
        Tensor excluded = Tensor.input("excluded", DType.FLOAT32, pairs, pairs);
        return training.compile(Losses.infoNce(vectors.slice(0, 0, pairs), vectors.slice(0, pairs, count), scale, excluded));
    }

    @Override
    public void close() {
        steps.values().forEach(TrainStep::close);
    }
}
