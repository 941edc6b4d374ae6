package embedrl.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command line.
 *
 * @param quick few and short rounds: shows that everything runs, its figures mean little
 */
record Options(List<Suite> suites, Optional<Path> json, boolean quick, List<Integer> threads) {
    /** A command line that cannot be followed. */
    static final class WrongUse extends RuntimeException {
        private static final long serialVersionUID = 1;

        WrongUse(String message) {
            super(message);
        }
    }

    static final String USAGE = """
            benchmarks/run SUITE [--json FILE] [--quick] [--threads N[,N]] [--avx2]
              SUITE      gemm, train, embed, decode, egrl, memory, or all of these
              --json     also writes one JSON object a line to FILE
              --quick    short rounds, to see that all runs; writes benchmarks/target/BENCHMARKS.md instead of docs/BENCHMARKS.md
              --threads  numbers of threads (default: 1 and 2, as far as the machine has them)
              --avx2     all sides with 256-bit vectors at most, whatever the machine has; its cases end in "(AVX2)" and have sections of their own
            benchmarks/run jmh [ARGUMENTS OF JMH]
            Peers outside of Maven: EMBEDRL_PEER_PYTHON names a Python with torch and trl, EMBEDRL_PEER_LLAMA the folder of llama.cpp's shared libraries.
            """;

    static Options parse(List<String> arguments, int cores) {
        List<Suite> suites = new ArrayList<>();
        Path json = null;
        boolean quick = false;
        List<Integer> threads = cores > 1 ? List.of(1, 2) : List.of(1);
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            switch (argument) {
                case "--json" -> json = Path.of(value(arguments, ++i, argument));
                case "--quick" -> quick = true;
                case "--threads" -> threads = threads(value(arguments, ++i, argument));
                case "all" -> suites.addAll(List.of(Suite.values()));
                default -> suites.add(suite(argument));
            }
        }
        if (suites.isEmpty()) throw new WrongUse("no suite given; known are " + Suite.names() + ", all");
        return new Options(suites.stream().distinct().toList(), Optional.ofNullable(json), quick, threads);
    }

    private static Suite suite(String argument) {
        if (argument.startsWith("-")) throw new WrongUse("unknown option " + argument + "; known are --json, --quick, --threads, --avx2");
        for (Suite suite : Suite.values()) if (suite.toString().equals(argument)) return suite;
        throw new WrongUse("unknown suite '" + argument + "'; known are " + Suite.names() + ", all");
    }

    private static String value(List<String> arguments, int at, String option) {
        if (at >= arguments.size()) throw new WrongUse(option + " needs a value");
        return arguments.get(at);
    }

    private static List<Integer> threads(String value) {
        List<Integer> threads = new ArrayList<>();
        for (String part : value.split(",", -1)) {
            if (!part.matches("[1-9][0-9]{0,3}")) throw new WrongUse("--threads needs whole numbers from 1, such as 1,2, got '" + value + "'");
            threads.add(Integer.valueOf(part));
        }
        return List.copyOf(threads);
    }
}
