package embedrl.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A side's process as the runner sees it: asks it and reads its answers. */
final class SideProcess implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long PAUSE_MILLIS = 300;   // for the other side's pool, which may still spin

    // ONNX Runtime 1.29 crashes while it reads a text encoder on a thread with the default stack of 1 MB.
    private static final String STACK = "-Xss4m";

    private final String name;
    private final Path errors;
    private final Process process;
    private final PrintStream commands;
    private final BufferedReader answers;
    private final String missing;

    private SideProcess(String name, List<String> command, Map<String, String> environment) throws IOException {
        this.name = name;
        errors = Files.createTempFile("side-", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
        commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
        JsonNode first = answer();
        missing = first.has("missing") ? first.get("missing").asString() : "";
    }

    /** A peer that cannot even be started. */
    private SideProcess(String name, String missing) {
        this.name = name;
        this.missing = missing;
        errors = null;
        process = null;
        commands = null;
        answers = null;
    }

    static SideProcess start(String name, int threads, boolean quick) throws IOException {
        try {
            return new SideProcess(name, Python.runs(name) ? Python.command(name, threads, quick) : java(name, threads, quick), Native.environment(name, threads));
        } catch (PeerMissing reason) {
            return new SideProcess(name, reason.getMessage());
        }
    }

    /** A process with the options and the class path of this JVM. */
    private static List<String> java(String name, int threads, boolean quick) throws IOException, PeerMissing {
        boolean peer = JvmPeers.runs(name);
        String classPath = peer ? JvmPeers.classPath(Path.of(System.getProperty("embedrl.home", "."))) : System.getProperty("java.class.path");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.add(STACK);
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        if (name.startsWith("egrl-")) command.add("-Xmx4g");   // the last of several counts
        command.addAll(List.of("-cp", classPath, peer ? JvmPeers.mainClass() : SideMain.class.getName(), name, String.valueOf(threads), String.valueOf(quick)));
        return command;
    }

    /** Why the peer cannot be measured here; empty where it can. */
    String missing() {
        return missing;
    }

    boolean isMissing() {
        return !missing.isEmpty();
    }

    JsonNode warm(String workload) throws IOException {
        return ask("warm " + workload);
    }

    /** The figure of one round. */
    double round(String workload) throws IOException {
        return answerOfRound(workload).get("value").asDouble();
    }

    /** All that a round tells. */
    JsonNode answerOfRound(String workload) throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("side " + name + ": interrupted", interrupted);
        }
        return ask("round " + workload);
    }

    JsonNode finish() throws IOException {
        return ask("finish");
    }

    private JsonNode ask(String command) throws IOException {
        commands.println(command);
        return answer();
    }

    private JsonNode answer() throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(SideMain.MARK)) return JSON.readTree(line.substring(SideMain.MARK.length()));
        }
        throw new IOException("side " + name + " ended without an answer; its messages:\n" + Files.readString(errors));
    }

    @Override
    public void close() throws IOException {
        if (process == null) return;
        commands.close();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        Files.delete(errors);
    }
}
