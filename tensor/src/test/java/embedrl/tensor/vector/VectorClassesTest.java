package embedrl.tensor.vector;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.Conversions;
import embedrl.tensor.DType;
import embedrl.tensor.Executor;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Op;
import embedrl.tensor.Program;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorType;
import embedrl.tensor.UnaryKind;
import embedrl.tensor.Variable;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Vectors of floats and of ints are of one length, as {@link Lanes} tells: a kernel that uses another one makes objects of all kernels' vectors, in some processes and not in others,
 * so that {@link SteadyStateTest} would see it now and then only. The JVM's log of the classes that it begins to use tells it at once.
 */
class VectorClassesTest {
    private static final Pattern CLASS = Pattern.compile("Initializing '?jdk/incubator/vector/((?:Float|Int)\\d\\w*Vector)\\b(?!\\$)");

    @Test
    void kernelsUseVectorsOfOneLength() throws IOException, URISyntaxException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = place(VectorClassesTest.class) + File.pathSeparator + place(Executor.class);
        Process process = new ProcessBuilder(java, "--add-modules", "jdk.incubator.vector", "-Xlog:class+init=info", "-cp", classes, VectorClassesTest.class.getName())
                .redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        Set<String> used = new TreeSet<>();
        for (Matcher matcher = CLASS.matcher(said); matcher.find();) {
            used.add(matcher.group(1));
        }
        String bits = said.substring(said.indexOf("bits: ") + 6).lines().findFirst().orElseThrow();
        assertThat(used).containsExactly("Float" + bits + "Vector", "Int" + bits + "Vector");
    }

    private static Path place(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** Every kind of kernel once, in a JVM of its own: products with packed operands and odd sizes, copies, rows, reductions, attention and functions. */
    public static void main(String[] arguments) {
        List<Tensor> results = new ArrayList<>();
        for (int n : new int[] {17, 45, 130}) {
            Tensor x = values(n, n);
            Tensor y = values(n, n);
            results.addAll(List.of(x.matmul(y), x.matmulTransposed(y), x.transpose().matmul(y), x.transpose().add(1)));
        }
        for (DType type : new DType[] {DType.Q4_0, DType.Q4_1, DType.Q8_0, DType.BFLOAT16, DType.FLOAT16, DType.FLOAT32}) {
            Variable weight = Variable.zeros("w", new TensorType(type, Shape.of(80, 128)));
            weight.assign(HostTensor.copyOf(Conversions.convert(HostTensor.of(Shape.of(80, 128), new float[80 * 128]).toBuffer(), type)));
            for (int rows : new int[] {1, 5, 16, 100}) {
                results.add(values(rows, 128).matmulTransposed(weight.tensor()));
            }
        }
        Stream.of(UnaryKind.values()).forEach(kind -> results.add(values(9, 33).unary(kind)));
        Stream.of(SteadyStateTest.rows(), SteadyStateTest.reductions(), SteadyStateTest.attention()).flatMap(s -> s).map(Op.class::cast).forEach(op -> results.addAll(Tensor.results(op)));
        try (Executor executor = new VectorExecutor(1)) {
            for (Tensor result : results) {
                try (Program program = Program.builder().output("y", result).compile(executor)) {
                    program.run();
                }
            }
        }
        System.out.println("bits: " + 32 * Lanes.W);
    }

    private static Tensor values(int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 7 - 3;
        }
        return Tensor.of(Shape.of(rows, columns), values);
    }
}
