package embedrl.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import embedrl.tensor.vector.Gemm;
import embedrl.tensor.vector.WorkPool;
import java.io.File;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The peers of the matrix products compute the same products as we do. */
class ProductsTest {
    private static final List<GemmCase> CASES = List.of(new GemmCase("NN", 1, 5, 7, 3, false, false), new GemmCase("TN", 1, 4, 9, 6, true, false),
            new GemmCase("NT", 1, 4, 9, 6, false, true), new GemmCase("batch", 3, 4, 2, 5, false, false));

    private static float[] ours(GemmCase c, float[] a, float[] b) {
        float[] y = new float[c.batch() * c.m() * c.n()];
        try (WorkPool pool = new WorkPool(1)) {
            Gemm.batched(pool, c.batch(), c.m(), c.n(), c.k(), a, 0, c.m() * c.k(), c.transposeA() ? 1 : c.k(), c.transposeA() ? c.m() : 1, b, 0, c.k() * c.n(),
                    c.transposeB() ? 1 : c.n(), c.transposeB() ? c.k() : 1, y, 0, c.m() * c.n(), c.n(), false);
        }
        return y;
    }

    @Test
    void theOnnxModelHoldsTheProducts() throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        for (GemmCase c : CASES) {
            float[] a = GemmCase.values(c.batch() * c.m() * c.k());
            float[] b = GemmCase.values(c.batch() * c.k() * c.n());
            try (OrtSession session = environment.createSession(OnnxProduct.model(c, 3));
                    OnnxTensor left = OnnxTensor.createTensor(environment, FloatBuffer.wrap(a), OnnxProduct.shapeA(c));
                    OnnxTensor right = OnnxTensor.createTensor(environment, FloatBuffer.wrap(b), OnnxProduct.shapeB(c));
                    OrtSession.Result result = session.run(Map.of("a", left, "b", right))) {
                assertThat(result.size()).isEqualTo(3);
                float[] expected = ours(c, a, b);
                for (int i = 0; i < 3; i++) {
                    float[] actual = new float[expected.length];
                    ((OnnxTensor) result.get("y" + i).orElseThrow()).getFloatBuffer().get(actual);
                    for (int e = 0; e < expected.length; e++) assertThat(actual[e]).as("%s, element %d", c.name(), e).isCloseTo(expected[e], within(1e-5f));
                }
            }
        }
    }

    @Test
    void peersMeasureARate() throws PeerMissing {
        assertThat((double) new MlasGemm(1, true).round("64x64x64").get("value")).isPositive();
    }

    @Test
    void librariesComputeOurProduct() throws PeerMissing {
        for (int threads : new int[] {1, 2}) {
            for (GemmSide peer : List.of(new EjmlGemm(threads, true), new MlasGemm(threads, true), new OurGemm(threads, true))) {
                for (GemmCase c : CASES) {
                    float[] expected = ours(c, GemmCase.values(c.batch() * c.m() * c.k()), GemmCase.values(c.batch() * c.k() * c.n()));
                    try (GemmSide.Product product = peer.product(c)) {
                        product.run();
                        assertThat(product.result()).as("%s, %s", peer.finish(), c.name()).containsExactly(expected, within(1e-5f));
                    }
                }
            }
        }
    }

    @Test
    void anotherProductIsToldAndNotTimed() {
        JsonMapper json = JsonMapper.builder().build();
        GemmCase c = GemmCase.named("100x100x100");
        assertThat(GemmSuite.difference(c, json.readTree("[1.0, 2.0]"), json.readTree("[1.0, 2.0005]"))).isEmpty();
        assertThat(GemmSuite.difference(c, json.readTree("[1.0, 2.0]"), json.readTree("[1.0, 0.0]"))).hasValue("its product differs, element 2 of 2 compared is 0.0000 and ours 2.0000");
        assertThat(GemmSuite.difference(c, json.readTree("[1.0]"), json.readTree("[\"NaN\"]"))).isPresent();
        assertThat(GemmSide.shown(new float[] {3, 4})).hasSize(GemmSide.SHOWN).startsWith(3f).endsWith(4f);
    }

    @Test
    void peersOfTheirOwnClassPathAreMissingUntilTheyAreBuilt(@TempDir Path home) throws IOException, PeerMissing {
        assertThat(JvmPeers.runs("gemm-jlama")).isTrue();
        assertThat(JvmPeers.runs("gemm-nd4j")).isTrue();
        assertThat(JvmPeers.runs("gemm-ejml")).isFalse();
        assertThatThrownBy(() -> JvmPeers.classPath(home)).isInstanceOf(PeerMissing.class).hasMessageContaining("could not be fetched");
        Path target = Files.createDirectories(home.resolve("benchmarks/peers/jvm/target"));
        Files.writeString(target.resolve("classpath.txt"), "a.jar:b.jar\n");
        assertThat(JvmPeers.classPath(home)).isEqualTo(target.resolve("classes") + File.pathSeparator + "a.jar:b.jar");
    }

    @Test
    void theLastLimitOfTheVectorsCounts() {
        assertThat(Native.narrow(List.of("-Xmx2g"))).isFalse();
        assertThat(Native.narrow(List.of("-XX:UseAVX=3", "-XX:UseAVX=2"))).isTrue();
        assertThat(Native.narrow(List.of("-XX:UseAVX=2", "-XX:UseAVX=3"))).isFalse();
    }

    @Test
    void nativePeersAreToldTheirThreads() throws IOException, PeerMissing {
        assertThat(Native.environment("gemm-pytorch", 2)).containsEntry("OMP_NUM_THREADS", "2").containsEntry("OPENBLAS_NUM_THREADS", "2").doesNotContainKey("LD_PRELOAD");
    }
}
