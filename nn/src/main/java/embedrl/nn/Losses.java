package embedrl.nn;

import embedrl.tensor.DType;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Training losses as recorded scalars, and the log-probabilities they are made of. */
public final class Losses {
    private static final float EXCLUDED = -1e30f;

    private Losses() {
    }

    /**
     * Mean of −log softmax(logits)[target] over counted targets: those that are not negative. 0, with gradient 0, where none is counted.
     * logits [..., V], targets INT32 [...] → scalar.
     */
    public static Tensor crossEntropy(Tensor logits, Tensor targets) {
        return logits.crossEntropy(targets).sum().div(atLeast(counted(targets).sum(), 1));
    }

    /** Σ weight · nll / Σ weight over counted targets; 0 where all weights are 0. weights FLOAT32 [...], none negative. */
    public static Tensor crossEntropy(Tensor logits, Tensor targets, Tensor weights) {
        Tensor total = counted(targets).mul(weights).sum();
        return logits.crossEntropy(targets).mul(weights).sum().div(atLeast(total, 1e-12f));
    }

    /** Mean cross-entropy of each token given the ones before it; tokens with a negative id are not counted. logits [B, T, V], tokens INT32 [B, T]. */
    public static Tensor nextToken(Tensor logits, Tensor tokens) {
        return crossEntropy(logits, nextTokens(tokens));
    }

    /** As {@link #nextToken(Tensor, Tensor)}, weighted: weights FLOAT32 [B, T] belong to the tokens they stand at, as targets. The first of a row is not used. */
    public static Tensor nextToken(Tensor logits, Tensor tokens, Tensor weights) {
        return crossEntropy(logits, nextTokens(tokens), weights.slice(1, 1, weights.size(1)).pad(1, 0, 1));
    }

    /** The targets of position t: token t + 1, and −1 (not counted) at the end. tokens INT32 [B, T] → INT32 [B, T]. */
    public static Tensor nextTokens(Tensor tokens) {
        int[] none = new int[tokens.size(0)];
        Arrays.fill(none, -1);
        return Tensor.concat(1, tokens.slice(1, 1, tokens.size(1)), Tensor.ofInts(Shape.of(none.length, 1), none));
    }

    /** log softmax(logits)[target]; 0 where the target is negative. logits [..., V], targets INT32 [...] → [...]. */
    public static Tensor logProbabilities(Tensor logits, Tensor targets) {
        return logits.crossEntropy(targets).neg();
    }

    /** Entropy of softmax(logits) in nats: logsumexp − Σ p · logit. [..., V] → [...]. */
    public static Tensor entropy(Tensor logits) {
        return logits.logSumExp().sub(logits.softmax().mul(logits).sum(-1));
    }

    /**
     * Symmetric contrastive loss of B pairs of unit vectors: with L = scale · Q Tᵀ,
     * ½ · mean_i(logsumexp_j L[i, j] − L[i, i]) + ½ · mean_j(logsumexp_i L[i, j] − L[j, j]).
     * queries, targets [B, D] → scalar. Source: Embed-RL, contrastive stage; van den Oord et al. 2018.
     */
    public static Tensor infoNce(Tensor queries, Tensor targets, float scale) {
        return symmetric(similarities(queries, targets, scale));
    }

    /** As {@link #infoNce(Tensor, Tensor, float)} without known false negatives: excluded FLOAT32 [B, B], 1 removes that cell from both sums. The diagonal always stays. */
    public static Tensor infoNce(Tensor queries, Tensor targets, float scale, Tensor excluded) {
        Tensor cosines = similarities(queries, targets, scale);
        return symmetric(exclude(cosines, excluded.mul(offDiagonal(cosines.size(0), cosines.size(1)))));
    }

    /**
     * One-way contrastive loss with further negatives: mean_i(logsumexp_j L[i, j] − L[i, i]) where the first B of C candidates are the positives.
     * queries [B, D], candidates [C, D], C ≥ B, both of unit length → scalar.
     */
    public static Tensor retrieval(Tensor queries, Tensor candidates, float scale) {
        return matching(similarities(queries, candidates, scale));
    }

    private static Tensor similarities(Tensor queries, Tensor targets, float scale) {
        if (queries.shape().rank() != 2 || targets.shape().rank() != 2 || queries.size(1) != targets.size(1) || queries.size(0) > targets.size(0))
            throw new TensorException("contrastive loss: needs queries [B, D] and at least as many targets of the same width, got "
                    + queries.shape() + " and " + targets.shape());
        return queries.matmulTransposed(targets).mul(scale);
    }

    private static Tensor symmetric(Tensor logits) {
        if (logits.size(0) != logits.size(1))
            throw new TensorException("infoNce: needs one target per query, got " + logits.size(0) + " queries and " + logits.size(1) + " targets");
        return matching(logits).add(matching(logits.transpose())).mul(0.5f);
    }

    /** Mean cross-entropy of rows whose target is the row's own number. */
    private static Tensor matching(Tensor logits) {
        int[] diagonal = IntStream.range(0, logits.size(0)).toArray();
        return logits.crossEntropy(Tensor.ofInts(Shape.of(diagonal.length), diagonal)).mean();
    }

    private static Tensor exclude(Tensor logits, Tensor excluded) {
        return excluded.select(Tensor.full(logits.shape(), EXCLUDED), logits);
    }

    private static Tensor offDiagonal(int rows, int columns) {
        float[] mask = new float[rows * columns];
        for (int i = 0; i < mask.length; i++) mask[i] = i / columns == i % columns ? 0 : 1;
        return Tensor.of(Shape.of(rows, columns), mask);
    }

    private static Tensor counted(Tensor targets) {
        Tensor values = targets.cast(DType.FLOAT32);
        return Tensor.zeros(values.shape()).lessOrEqual(values);
    }

    private static Tensor atLeast(Tensor scalar, float least) {
        return scalar.max(Tensor.scalar(least));
    }
}
