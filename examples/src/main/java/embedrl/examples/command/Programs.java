package embedrl.examples.command;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Finds and asks other programs of the machine: Maven, npm, git. */
final class Programs {
    private static final int SECONDS = 20;

    private Programs() {
    }

    /** The file that a name on the PATH stands for. */
    static Optional<Path> find(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        for (String folder : path.split(File.pathSeparator)) {
            Path file = Path.of(folder, name);
            if (!folder.isEmpty() && Files.isExecutable(file) && Files.isRegularFile(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** The git commit of the program's sources, where they are a git checkout. */
    static Optional<String> commit() {
        String home = System.getProperty("embedrl.home");
        return home == null ? Optional.empty() : firstLine(Path.of(home), List.of("git", "rev-parse", "HEAD"));
    }

    /** The first line that a program prints in a folder, or nothing if it is not there, fails, or does not answer in time. */
    static Optional<String> firstLine(Path folder, List<String> command) {
        Optional<Path> program = find(command.getFirst());
        if (program.isEmpty()) {
            return Optional.empty();
        }
        try {
            Process process = new ProcessBuilder(command).directory(folder.toAbsolutePath().toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            process.getOutputStream().close();
            // Meant for programs that print a few lines: they end without anyone reading.
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.exitValue() == 0 ? text.lines().findFirst() : Optional.empty();
        } catch (IOException unanswered) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
