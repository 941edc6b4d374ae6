package embedrl.embedrl.train;

import embedrl.models.input.PackedInputs;
import embedrl.models.input.SequenceLayout;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.nn.Losses;
import embedrl.nn.StepResult;
import embedrl.nn.TrainStep;
import embedrl.nn.Training;
import embedrl.tensor.DType;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Teaches a vision tower the words of what it sees before any text is written: each visual token is classified into the token-embedding rows of its
 * object's words (name, color, cell), by dot product with the tied head. It aligns visual features with the word embeddings, without which a small model
 * does not learn names from captions in minutes.
 */
public final class VisionPretraining implements AutoCloseable {
    private final Qwen3Vl model;
    private final Training training;
    private final List<int[]> sets;
    private final List<Map<Integer, Integer>> classOf = new ArrayList<>();
    private final Map<SequenceLayout, TrainStep> steps = new HashMap<>();

    /** sets: the token ids of each label set; a label is classified among its own set. */
    public VisionPretraining(Qwen3Vl model, Training training, List<int[]> sets) {
        this.model = model;
        this.training = training;
        this.sets = List.copyOf(sets);
        for (int[] set : sets) {
            Map<Integer, Integer> index = new HashMap<>();
            for (int i = 0; i < set.length; i++) index.put(set[i], i);
            classOf.add(index);
        }
    }

    /** One step on images; the batch's grids and counts should vary little, since each combination compiles a program. */
    public StepResult step(List<LabeledImage> images, float learningRate) {
        Map<SequenceLayout.Group, List<LabeledImage>> groups = new java.util.LinkedHashMap<>();
        images.stream().sorted(java.util.Comparator.comparingInt((LabeledImage i) -> i.image().rows()).thenComparingInt(i -> i.image().columns()))
                .forEach(i -> groups.computeIfAbsent(new SequenceLayout.Group(i.image().rows(), i.image().columns(), 0), _ -> new ArrayList<>()).add(i));
        List<SequenceLayout.Group> sized = new ArrayList<>();
        groups.forEach((g, list) -> sized.add(new SequenceLayout.Group(g.rows(), g.columns(), list.size())));
        SequenceLayout layout = new SequenceLayout(1, 1, sized);
        TrainStep step = steps.computeIfAbsent(layout, this::compile);
        int[][] labels = new int[sets.size()][layout.visualTokens(model.config().vision().spatialMergeSize())];
        int token = 0;
        for (SequenceLayout.Group group : sized) {
            List<LabeledImage> list = groups.get(new SequenceLayout.Group(group.rows(), group.columns(), 0));
            int width = list.getFirst().image().patches().length;
            float[] patches = new float[list.size() * width];
            for (int i = 0; i < list.size(); i++) {
                System.arraycopy(list.get(i).image().patches(), 0, patches, i * width, width);
                int count = list.get(i).labels()[0].length;
                for (int s = 0; s < sets.size(); s++)
                    for (int t = 0; t < count; t++) labels[s][token + t] = place(s, list.get(i).labels()[s][t]);
                token += count;
            }
            step.set(PackedInputs.patchesName(group), patches);
        }
        for (int s = 0; s < sets.size(); s++) step.set("labels_" + s, labels[s]);
        return step.run(learningRate);
    }

    /** Where a label stands in its set; −1 stays −1. */
    private int place(int set, int label) {
        if (label < 0) return -1;
        Integer place = classOf.get(set).get(label);
        if (place == null)
            throw new IllegalArgumentException("vision pre-training: labels must be words of their set, got token " + label + ", which is not among the "
                    + sets.get(set).length + " of set " + set);
        return place;
    }

    private TrainStep compile(SequenceLayout layout) {
        PackedInputs in = PackedInputs.of("", layout, model.config());
        Tensor tokens = model.visualTokens(in);                                                                          // [V, D]
        Tensor loss = Tensor.scalar(0);
        Map<String, Tensor> metrics = new java.util.LinkedHashMap<>();
        for (int s = 0; s < sets.size(); s++) {
            Tensor labels = Tensor.input("labels_" + s, DType.INT32, tokens.size(0));
            Tensor rows = model.tokenEmbedding().gather(Tensor.ofInts(Shape.of(sets.get(s).length), sets.get(s)));         // [C, D]
            Tensor part = Losses.crossEntropy(tokens.matmulTransposed(rows), labels);
            metrics.put("loss_" + s, part);
            loss = loss.add(part);
        }
        return training.compile(loss, metrics);
    }

    @Override
    public void close() {
        steps.values().forEach(TrainStep::close);
    }

    /** Labels of one visual token per set, all absent. */
    public static int[][] noLabels(int sets, int tokens) {
        int[][] labels = new int[sets][tokens];
        for (int[] row : labels) Arrays.fill(row, -1);
        return labels;
    }
}
