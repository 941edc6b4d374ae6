package embedrl.examples.parity;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.nn.checkpoint.SafetensorsWriter;
import embedrl.tensor.Executor;
import embedrl.tensor.Executors;
import embedrl.tensor.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Kinds that run tensor programs: the reference cases on every device, and cases of other layouts with results of plain loops. */
class TensorKindsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final String CLOSE = ", \"tolerance\": {\"kind\": \"relative_max\", \"value\": 1e-5}}";

    @TempDir
    Path folder;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final SafetensorsWriter writer = new SafetensorsWriter();
    private final List<String> names = new ArrayList<>();

    static Stream<String> devices() {
        return Stream.concat(Stream.of("reference"), Executors.providers().stream().filter(p -> p.unavailable() == null).map(Executors.Provider::name));
    }

    private ParityRunner.Counts run(Path cases, String device) throws IOException {
        try (Executor executor = Executors.open(device, 2)) {
            return ParityRunner.standard().runAll(cases, executor, new PrintStream(printed, true, StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void everyReferenceCasePassesOnEveryDevice(String device) throws IOException {
        assertThat(run(GOLDEN.resolve("ops"), device)).as(printed.toString(StandardCharsets.UTF_8)).isEqualTo(new ParityRunner.Counts(24, 0));
        assertThat(run(GOLDEN.resolve("losses"), device)).as(printed.toString(StandardCharsets.UTF_8)).isEqualTo(new ParityRunner.Counts(10, 0));
    }

    /** Leading axes of a, of b, and which operand is stored transposed; sizes 4×5 by 5×3. */
    @ParameterizedTest
    @CsvSource({"'', '', true, true", "2, 2, true, false", "2, 2, true, true", "'2,3', '2,3', false, true", "2, '', false, true", "'2,3', '', false, false",
        "2, '', true, false", "'', 2, false, false", "'2,1', '1,3', false, false"})
    void productsOfAnyLayout(String leadingA, String leadingB, boolean transposeA, boolean transposeB) throws IOException {
        int[] a = shape(leadingA, transposeA ? "5,4" : "4,5");
        int[] b = shape(leadingB, transposeB ? "3,5" : "5,3");
        int[] leading = broadcast(shape(leadingA, ""), shape(leadingB, ""));
        float[] x = input("a", a);
        float[] w = input("b", b);
        int[] y = shape(leading, 4, 3);
        float[] dy = input("dy", y);
        double[] product = new double[count(y)];
        double[] da = new double[x.length];
        double[] db = new double[w.length];
        for (int batch = 0; batch < count(leading); batch++) {
            int atA = 20 * offset(batch, leading, shape(leadingA, ""));
            int atB = 15 * offset(batch, leading, shape(leadingB, ""));
            for (int i = 0; i < 4; i++) {
                for (int j = 0; j < 3; j++) {
                    int out = batch * 12 + i * 3 + j;
                    for (int p = 0; p < 5; p++) {
                        int ia = atA + (transposeA ? p * 4 + i : i * 5 + p);
                        int ib = atB + (transposeB ? j * 5 + p : p * 3 + j);
                        product[out] += (double) x[ia] * w[ib];
                        da[ia] += (double) dy[out] * w[ib];
                        db[ib] += (double) dy[out] * x[ia];
                    }
                }
            }
        }
        expect("expected.y", y, product);
        expect("grad.a", a, da);
        expect("grad.b", b, db);
        passes("matmul", "{\"transpose_a\": " + transposeA + ", \"transpose_b\": " + transposeB + "}");
    }

    @Test
    void embeddingsOfMatricesOfIds() throws IOException {
        float[] table = input("weight", 5, 3);
        writer.longs("input.ids", new int[] {2, 2}, new long[] {4, 0, 4, 2});
        float[] dy = input("dy", 2, 2, 3);
        double[] y = new double[12];
        double[] gradient = new double[15];
        int[] ids = {4, 0, 4, 2};
        for (int i = 0; i < 12; i++) {
            y[i] = table[ids[i / 3] * 3 + i % 3];
            gradient[ids[i / 3] * 3 + i % 3] += dy[i];
        }
        expect("expected.y", new int[] {2, 2, 3}, y);
        expect("grad.weight", new int[] {5, 3}, gradient);
        passes("embedding", "{}");
    }

    /** y = x Wᵀ + (alpha / r) (x Aᵀ) Bᵀ of sequences, rank 1. */
    @Test
    void adaptersOfSequences() throws IOException {
        float[] x = input("x", 2, 3, 4);
        float[] weight = input("weight", 5, 4);
        float[] a = input("a", 1, 4);
        float[] b = input("b", 5, 1);
        double[] merged = new double[20];
        for (int i = 0; i < 20; i++) {
            merged[i] = weight[i] + 2.5 * b[i / 4] * a[i % 4];
        }
        double[] y = new double[30];
        for (int i = 0; i < 30; i++) {
            for (int p = 0; p < 4; p++) {
                y[i] += x[i / 5 * 4 + p] * merged[i % 5 * 4 + p];
            }
        }
        expect("expected.y", new int[] {2, 3, 5}, y);
        expect("expected.merged_weight", new int[] {5, 4}, merged);
        passes("lora_linear", "{\"alpha\": 2.5}");
    }

    @Test
    void aVectorIsARow() throws IOException {
        float[] x = input("x", 7);
        double sum = 0;
        for (float value : x) {
            sum += Math.exp(value);
        }
        double[] y = new double[7];
        for (int i = 0; i < 7; i++) {
            y[i] = Math.exp(x[i]) / sum;
        }
        expect("expected.y", new int[] {7}, y);
        expect("expected.log_sum_exp", new int[0], Math.log(sum));
        passes("softmax", "{}");
    }

    /** A chunk that does not divide the batch leaves a smaller one at the end. */
    @Test
    void chunksOfAnyLength() throws IOException {
        copy("losses/infonce_b8_d32");
        Path file = folder.resolve("case.json");
        Files.writeString(file, Files.readString(file).replace("\"chunk\": 4", "\"chunk\": 7"));
        assertThat(run(folder, "reference")).as(printed.toString(StandardCharsets.UTF_8)).isEqualTo(new ParityRunner.Counts(1, 0));
    }

    @ParameterizedTest
    @CsvSource({"losses/infonce_b8_d32, '\"scale\": 50.0', '\"scale\": 20.0'", "losses/adamw_a, '\"weight_decay\": 0.01', '\"weight_decay\": 0.5'",
        "losses/grpo_n8_t12_v50, '\"clip\": 0.2', '\"clip\": 0.1'", "ops/attention_causal_2x4over2_9x9x8, '\"causal\": true', '\"causal\": false'",
        "ops/rotary_2x2x5x8, '10000.0', '20000.0'", "ops/lora_5x9x7_r2, '\"alpha\": 4.0', '\"alpha\": 2.0'", "ops/rms_norm_4x24, '\"epsilon\": 1e-06', '\"epsilon\": 1e-01'",
        "ops/matmul_nt_3_8x5x13, '\"transpose_b\": true', '\"transpose_b\": false'"})
    void otherConstantsFail(String name, String before, String after) throws IOException {
        copy(name);
        Path file = folder.resolve("case.json");
        String json = Files.readString(file);
        assertThat(json).contains(before);
        Files.writeString(file, json.replace(before, after));
        assertThat(run(folder, "reference")).isEqualTo(new ParityRunner.Counts(0, 1));
    }

    private void copy(String name) throws IOException {
        try (var files = Files.list(GOLDEN.resolve(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private float[] input(String name, int... shape) {
        float[] values = new float[count(shape)];
        Seed seed = Seed.of(1).split(name);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) seed.normal(i);
        }
        writer.floats("input." + name, shape, values);
        return values;
    }

    private void expect(String name, int[] shape, double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        names.add(name);
        writer.floats(name, shape, floats);
    }

    private void passes(String kind, String parameters) throws IOException {
        String expected = names("expected.");
        String gradients = names("grad.");
        Files.writeString(folder.resolve("case.json"), "{\"kind\": \"" + kind + "\", \"parameters\": " + parameters + ", \"inputs\": {}, \"expected\": {" + expected
                + "}, \"gradients\": {" + gradients + "}" + CLOSE);
        writer.write(folder.resolve("tensors.safetensors"));
        for (String device : devices().toList()) {
            assertThat(run(folder, device)).as(printed.toString(StandardCharsets.UTF_8)).isEqualTo(new ParityRunner.Counts(1, 0));
        }
    }

    private String names(String prefix) {
        return names.stream().filter(name -> name.startsWith(prefix)).map(name -> "\"" + name.substring(prefix.length()) + "\": {}")
                .collect(Collectors.joining(", "));
    }

    private static int[] shape(String first, String second) {
        return Stream.of(first, second).filter(s -> !s.isEmpty()).flatMap(s -> Stream.of(s.split(","))).mapToInt(Integer::parseInt).toArray();
    }

    private static int[] shape(int[] leading, int... rest) {
        int[] all = java.util.Arrays.copyOf(leading, leading.length + rest.length);
        System.arraycopy(rest, 0, all, leading.length, rest.length);
        return all;
    }

    private static int count(int[] shape) {
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        return count;
    }

    private static int[] broadcast(int[] a, int[] b) {
        int[] longer = a.length >= b.length ? a.clone() : b.clone();
        int[] other = a.length >= b.length ? b : a;
        for (int i = 0; i < other.length; i++) {
            int at = longer.length - other.length + i;
            longer[at] = Math.max(longer[at], other[i]);
        }
        return longer;
    }

    /** Number of the matrix of an operand that batch number n of the product reads. */
    private static int offset(int n, int[] leading, int[] own) {
        int offset = 0;
        int stride = 1;
        int rest = n;
        for (int i = leading.length - 1; i >= 0; i--) {
            int index = rest % leading[i];
            rest /= leading[i];
            int at = i - (leading.length - own.length);
            if (at >= 0) {
                offset += own[at] == 1 ? 0 : index * stride;
                stride *= own[at];
            }
        }
        return offset;
    }
}
