package embedrl.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.tensor.HostTensor;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Every plain layer against sums written out in double precision. */
class LayersTest {
    private static float[] values(Module module, String name) {
        return module.parameters().get(name).value().floats();
    }

    private static void set(Module module, String name, Seed seed) {
        var variable = module.parameters().get(name);
        variable.assign(Tensor.normal(variable.shape(), seed).eval());
    }

    /** x [rows, in] · Wᵀ + b. */
    private static double[] affine(double[] x, float[] weight, float[] bias, int in) {
        int out = weight.length / in;
        double[] y = new double[x.length / in * out];
        for (int i = 0; i < y.length; i++) {
            double sum = bias == null ? 0 : bias[i % out];
            for (int k = 0; k < in; k++) sum += x[i / out * in + k] * weight[i % out * in + k];
            y[i] = sum;
        }
        return y;
    }

    private static double[] doubles(Tensor x) {
        float[] values = x.eval().floats();
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) wide[i] = values[i];
        return wide;
    }

    private static void assertClose(Tensor actual, double[] expected) {
        float[] values = actual.eval().floats();
        assertThat(values).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) assertThat((double) values[i]).isCloseTo(expected[i], within(1e-5 * Math.max(1, Math.abs(expected[i]))));
    }

    @Test
    void linearIsAnAffineMapOfTheLastAxis() {
        var layer = new Linear(3, 2, true, Seed.of(1));
        set(layer, "bias", Seed.of(2));
        Tensor x = Tensor.normal(Shape.of(2, 4, 3), Seed.of(3));
        assertThat(layer.forward(x).shape()).isEqualTo(Shape.of(2, 4, 2));
        assertClose(layer.forward(x), affine(doubles(x), values(layer, "weight"), values(layer, "bias"), 3));
        assertThat(layer.parameters().get("weight").shape()).isEqualTo(Shape.of(2, 3));
    }

    @Test
    void linearTakesVectorsAndGoesWithoutBias() {
        var layer = new Linear(3, 2, false, Seed.of(1));
        Tensor x = Tensor.of(Shape.of(3), 1, -2, 3);
        assertThat(layer.parameters()).containsOnlyKeys("weight");
        assertThat(layer.forward(x).shape()).isEqualTo(Shape.of(2));
        assertClose(layer.forward(x), affine(doubles(x), values(layer, "weight"), null, 3));
        assertThatThrownBy(() -> layer.forward(Tensor.zeros(Shape.of(2, 4)))).hasMessage("linear: the last axis of x must be 3, got [2, 4]");
    }

    @Test
    void embeddingPicksRowsAndGivesZerosForNegativeIds() {
        var table = new Embedding(4, 2, Initializers.zeros());
        table.weight().assign(HostTensor.of(Shape.of(4, 2), 0, 1, 10, 11, 20, 21, 30, 31));
        Tensor ids = Tensor.ofInts(Shape.of(2, 2), 3, 0, -1, 1);
        assertThat(table.forward(ids).eval().floats()).containsExactly(30, 31, 0, 1, 0, 0, 10, 11);
        assertThat(table.project(Tensor.of(Shape.of(1, 2), 1, 2)).eval().floats()).containsExactly(2, 32, 62, 92);
    }

    @Test
    void rmsNormDividesByTheRootOfTheMeanSquare() {
        var norm = new RmsNorm(3, 1e-3f);
        norm.load(java.util.Map.of("weight", HostTensor.of(Shape.of(3), 1, 2, -1)));
        double r = 1 / Math.sqrt((1 + 4 + 16) / 3.0 + 1e-3);
        assertClose(norm.forward(Tensor.of(Shape.of(1, 3), 1, 2, 4)), new double[] {r, 4 * r, -4 * r});
    }

    @Test
    void layerNormCentersAndScales() {
        var norm = new LayerNorm(4, 1e-6f);
        set(norm, "weight", Seed.of(5));
        set(norm, "bias", Seed.of(6));
        double[] x = {1, 2, 3, 6};
        double[] expected = new double[4];
        double deviation = Math.sqrt((4 + 1 + 0 + 9) / 4.0 + 1e-6);
        for (int i = 0; i < 4; i++) expected[i] = (x[i] - 3) / deviation * values(norm, "weight")[i] + values(norm, "bias")[i];
        assertClose(norm.forward(Tensor.of(Shape.of(4), 1, 2, 3, 6).reshape(1, 4)), expected);
        assertThat(new LayerNorm(4, 1e-6f).parameters()).containsOnlyKeys("weight", "bias");
    }

    @Test
    void swiGluGatesWithSilu() {
        var mlp = new SwiGlu(3, 5, Seed.of(1));
        Tensor x = Tensor.normal(Shape.of(4, 3), Seed.of(2));
        double[] gate = affine(doubles(x), values(mlp, "gate_proj.weight"), null, 3);
        double[] up = affine(doubles(x), values(mlp, "up_proj.weight"), null, 3);
        double[] hidden = new double[gate.length];
        for (int i = 0; i < hidden.length; i++) hidden[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
        assertClose(mlp.forward(x), affine(hidden, values(mlp, "down_proj.weight"), null, 5));
        assertThat(mlp.parameters()).containsOnlyKeys("gate_proj.weight", "up_proj.weight", "down_proj.weight");
    }

    @Test
    void geluMlpUsesTheApproximationItIsToldTo() {
        var mlp = new GeluMlp(3, 4, 2, GeluMlp.Gelu.TANH, Seed.of(1));
        set(mlp, "linear_fc1.bias", Seed.of(8));
        Tensor x = Tensor.normal(Shape.of(5, 3), Seed.of(2));
        double[] hidden = affine(doubles(x), values(mlp, "linear_fc1.weight"), values(mlp, "linear_fc1.bias"), 3);
        for (int i = 0; i < hidden.length; i++)
            hidden[i] = hidden[i] / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (hidden[i] + 0.044715 * Math.pow(hidden[i], 3))));
        assertClose(mlp.forward(x), affine(hidden, values(mlp, "linear_fc2.weight"), values(mlp, "linear_fc2.bias"), 4));
        var exact = new GeluMlp(3, 4, 2, GeluMlp.Gelu.EXACT, Seed.of(1));
        exact.copyFrom(mlp);
        double difference = Math.abs(exact.forward(x).sub(mlp.forward(x)).abs().sum().eval().item());
        assertThat(difference).isBetween(1e-6, 1e-2);
    }

    @Test
    void patchEmbeddingIsTheConvolutionOverPatchRows() {
        var patches = new PatchEmbedding(3, 2, 2, 5, Seed.of(1));
        set(patches, "proj.bias", Seed.of(2));
        Tensor rows = Tensor.normal(Shape.of(4, 24), Seed.of(3));
        assertThat(patches.parameters().get("proj.weight").shape()).isEqualTo(Shape.of(5, 3, 2, 2, 2));
        assertClose(patches.forward(rows), affine(doubles(rows), values(patches, "proj.weight"), values(patches, "proj.bias"), 24));
    }
}
