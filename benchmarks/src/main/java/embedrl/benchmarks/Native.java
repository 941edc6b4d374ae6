package embedrl.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The environment in which a native peer runs its best kernels for this machine, or those of AVX2 where this JVM is limited to AVX2. OpenBLAS knows too few
 * processors by name, and MKL keeps its best kernels from processors that are not Intel's, so both are told.
 */
final class Native {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /** Sides that ask the processor alone what they may use. */
    private static final Set<String> UNLIMITED = Set.of("gemm-mlas", "embed-onnxruntime", "embed-langchain4j");

    private Native() {
    }

    /** Variables for the process of a side. */
    static Map<String, String> environment(String side, int threads) throws IOException, PeerMissing {
        Map<String, String> variables = new HashMap<>(Map.of("OMP_NUM_THREADS", String.valueOf(threads), "MKL_NUM_THREADS", String.valueOf(threads),
                "OPENBLAS_NUM_THREADS", String.valueOf(threads)));
        boolean narrow = narrow();
        if (narrow && has("avx512f") && UNLIMITED.contains(side)) throw new PeerMissing("ONNX Runtime cannot be kept from AVX-512");
        if (narrow) {
            variables.put("ATEN_CPU_CAPABILITY", "avx2");
            variables.put("MKL_ENABLE_INSTRUCTIONS", "AVX2");
            variables.put("ONEDNN_MAX_CPU_ISA", "AVX2");
        }
        if (has("avx2")) variables.put("OPENBLAS_CORETYPE", has("avx512f") && !narrow ? "SkylakeX" : "Haswell");
        if (side.endsWith("-plus")) variables.put("LD_PRELOAD", intelFlag().toString());
        return variables;
    }

    /** Whether this JVM, and so every side, is limited to AVX2. */
    static boolean narrow() {
        return narrow(ManagementFactory.getRuntimeMXBean().getInputArguments());
    }

    /** The last of several options counts. */
    static boolean narrow(List<String> options) {
        return options.stream().filter(o -> o.startsWith("-XX:UseAVX=")).reduce((_, last) -> last).filter(o -> o.matches("-XX:UseAVX=[012]")).isPresent();
    }

    private static boolean has(String flag) throws IOException {
        if (!Files.isReadable(PROCESSORS)) return false;
        try (var lines = Files.lines(PROCESSORS)) {
            return lines.anyMatch(line -> line.startsWith("flags") && line.matches(".*\\b" + flag + "\\b.*"));
        }
    }

    /** Builds the library that answers MKL's question whether the processor is Intel's with yes. */
    private static Path intelFlag() throws IOException, PeerMissing {
        if (!System.getProperty("os.name").equals("Linux")) throw new PeerMissing("preloading is done on Linux alone");
        Path folder = Files.createTempDirectory("mkl-");
        Path source = folder.resolve("intel.c");
        Path library = folder.resolve("intel.so");
        Files.writeString(source, "int mkl_serv_intel_cpu_true(void) { return 1; }\n");
        Process compiler;
        try {
            compiler = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString()).redirectErrorStream(true).start();
        } catch (IOException none) {
            throw new PeerMissing("needs a C compiler: " + none.getMessage());
        }
        String messages = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (compiler.waitFor() != 0) throw new IOException("cc: " + messages);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("cc: interrupted", interrupted);
        }
        return library;
    }
}
