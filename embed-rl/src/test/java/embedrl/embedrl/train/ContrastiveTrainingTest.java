package embedrl.embedrl.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import embedrl.datasets.Pair;
import embedrl.embedrl.compact.TinyStudy;
import embedrl.embedrl.message.ItemMessages;
import embedrl.embedrl.message.TextStyle;
import embedrl.embedrl.train.ContrastiveTraining.Example;
import embedrl.models.MessageEmbedder;
import embedrl.nn.AdamW;
import embedrl.nn.Losses;
import embedrl.nn.Training;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContrastiveTrainingTest {
    private final MessageEmbedder embedder = TinyStudy.MODELS.embedder(TinyStudy.MODELS.model(Seed.of(6)));
    private final Training training = Training.of(embedder.model().parameters(), AdamW.with(1e-3f).clip(1), TinyStudy.EXECUTOR);

    @AfterEach
    void close() {
        training.close();
        embedder.close();
    }

    /** Pairs of two families in turn, with T-CoT, so that lengths and images differ. */
    private static List<Example> examples(int count) {
        List<Pair> qa = TinyStudy.pairs("qa", count);
        List<Pair> grounding = TinyStudy.pairs("grounding", count);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Pair pair = i % 2 == 0 ? qa.get(i) : grounding.get(i);
            ItemMessages messages = TinyStudy.MODELS.messages();
            examples.add(new Example(messages.reasoned(pair.query(), TextStyle.COMPACT.completion(pair.query().trace())),
                    i % 3 == 0 ? messages.raw(pair.target()) : messages.reasoned(pair.target(), TextStyle.COMPACT.completion(pair.target().trace())),
                    "q" + i, "t" + i));
        }
        return examples;
    }

    /** ½ mean rows + ½ mean columns of −log softmax at the diagonal, in double; pairs that share an id on a side are left out. */
    private double byHand(List<Example> pairs, double scale) {
        float[][] q = embedder.embed(pairs.stream().map(Example::query).toList());
        float[][] t = embedder.embed(pairs.stream().map(Example::target).toList());
        double loss = 0;
        for (int i = 0; i < q.length; i++) {
            double row = 0;
            double column = 0;
            for (int j = 0; j < q.length; j++) {
                boolean excluded = i != j && (pairs.get(i).targetId().equals(pairs.get(j).targetId()) || pairs.get(i).queryId().equals(pairs.get(j).queryId()));
                if (excluded) continue;
                row += Math.exp(scale * (dot(q[i], t[j]) - dot(q[i], t[i])));
                column += Math.exp(scale * (dot(q[j], t[i]) - dot(q[i], t[i])));
            }
            loss += (Math.log(row) + Math.log(column)) / (2 * q.length);
        }
        return loss;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
        return sum;
    }

    private float firstLoss(List<Example> pairs) {
        try (ContrastiveTraining contrastive = new ContrastiveTraining(embedder, training, ContrastiveTraining.SCALE)) {
            return contrastive.step(pairs, 1e-3f).loss();
        }
    }

    /** 5 pairs are packed whole, 9 in two parts; either way rows of the vectors must come back to their pairs. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 9})
    void theLossIsInfoNceOfTheEmbeddersVectors(int count) {
        List<Example> pairs = examples(count);
        double byHand = byHand(pairs, 50);
        float[][] q = embedder.embed(pairs.stream().map(Example::query).toList());
        float[][] t = embedder.embed(pairs.stream().map(Example::target).toList());
        double recorded = Losses.infoNce(matrix(q), matrix(t), 50).eval(TinyStudy.EXECUTOR).item();
        assertThat(recorded).isCloseTo(byHand, within(1e-4));
        assertThat((double) firstLoss(pairs)).isCloseTo(byHand, within(3e-4));
    }

    private static Tensor matrix(float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
        return Tensor.of(Shape.of(rows.length, rows[0].length), flat);
    }

    @Test
    void pairsWithEqualTargetsOrQueriesAreNoNegativesOfEachOther() {
        List<Example> pairs = new ArrayList<>(examples(5));
        double all = byHand(pairs, 50);
        pairs.set(3, new Example(pairs.get(3).query(), pairs.get(0).target(), "q3", pairs.get(0).targetId()));
        pairs.set(4, new Example(pairs.get(1).query(), pairs.get(4).target(), pairs.get(1).queryId(), "t4"));
        double expected = byHand(pairs, 50);
        assertThat(expected).isNotCloseTo(all, within(0.05));
        assertThat((double) firstLoss(pairs)).isCloseTo(expected, within(3e-4));
    }

    @Test
    void withoutAnyNegativeTheLossIsZero() {
        List<Example> pairs = new ArrayList<>(examples(2));
        pairs.set(1, new Example(pairs.get(1).query(), pairs.get(1).target(), "q1", "t0"));
        assertThat(firstLoss(pairs)).isZero();
    }

    @Test
    void pairsFindEachOtherAfterSomeSteps() {
        List<Example> pairs = examples(5);
        float first = 0;
        float last = 0;
        try (ContrastiveTraining contrastive = new ContrastiveTraining(embedder, training, ContrastiveTraining.SCALE)) {
            for (int step = 0; step < 16; step++) {
                last = contrastive.step(pairs, 2e-3f).loss();
                if (step == 0) first = last;
            }
        }
        assertThat(last).isLessThan(0.3f * first);
        float[][] q = embedder.embed(pairs.stream().map(Example::query).toList());
        float[][] t = embedder.embed(pairs.stream().map(Example::target).toList());
        for (int i = 0; i < q.length; i++)
            for (int j = 0; j < t.length; j++) if (i != j) assertThat(dot(q[i], t[i])).isGreaterThan(dot(q[i], t[j]));
    }
}
