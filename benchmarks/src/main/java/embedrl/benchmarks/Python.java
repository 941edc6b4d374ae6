package embedrl.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Peers that are scripts: which script is a side's, and the Python that runs it: {@link #VARIABLE}, or the python3 of the PATH. */
final class Python {
    /** Names the interpreter. */
    static final String VARIABLE = "EMBEDRL_PEER_PYTHON";

    private static final Map<String, List<String>> SCRIPTS = Map.of("egrl-trl", List.of("grpo_step.py"), "train-pytorch-python", List.of("train_step.py", "eager"),
            "train-torch-compile", List.of("train_step.py", "compile"));

    private Python() {
    }

    static boolean runs(String side) {
        return SCRIPTS.containsKey(side);
    }

    /** The command of a side's process. */
    static List<String> command(String side, int threads, boolean quick) throws PeerMissing {
        List<String> script = SCRIPTS.get(side);
        Path file = Path.of(System.getProperty("embedrl.home", ".")).resolve("benchmarks").resolve("peers").resolve(script.getFirst());
        Stream<String> command = Stream.of(interpreter(), file.toString(), String.valueOf(threads), String.valueOf(quick));
        return Stream.concat(command, script.stream().skip(1)).toList();
    }

    private static String interpreter() throws PeerMissing {
        String python = Optional.ofNullable(System.getenv(VARIABLE)).orElse("python3");
        try {
            Process process = new ProcessBuilder(python, "--version").redirectErrorStream(true).start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) throw new PeerMissing(python + " --version: " + answer + "; set " + VARIABLE);
        } catch (IOException none) {
            throw new PeerMissing("no Python: " + none.getMessage() + "; set " + VARIABLE + " to one that has torch and trl");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new PeerMissing("interrupted");
        }
        return python;
    }
}
