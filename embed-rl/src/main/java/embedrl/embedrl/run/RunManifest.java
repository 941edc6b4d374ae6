package embedrl.embedrl.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Says what a run was: enough to repeat it.
 *
 * @param command       the command line, word by word
 * @param configuration every setting, defaults included; any value that Jackson can write
 * @param seed          that all random numbers come from
 * @param commit        git commit of the program, or null where none is known
 * @param machine       facts by name, such as jdk, system, processor
 * @param device        description of the executor
 * @param data          the card of the data set: name, counts, licence, SHA-256; any value that Jackson can write
 * @param started       when the run began
 * @param ended         when it ended, or null while it runs
 * @param exitCode      of the command, or null while it runs
 */
public record RunManifest(List<String> command, Object configuration, long seed, String commit, Map<String, String> machine, String device, Object data, Instant started,
        Instant ended, Integer exitCode) {

    public RunManifest {
        command = List.copyOf(command);
        Objects.requireNonNull(configuration, "configuration");
        machine = Map.copyOf(machine);
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(started, "started");
        if ((ended == null) != (exitCode == null)) {
            throw new IllegalArgumentException("manifest: a run that ended has a time and an exit code, got " + ended + " and " + exitCode);
        }
    }

    /** A run that begins. */
    public static RunManifest begin(List<String> command, Object configuration, long seed, String commit, Map<String, String> machine, String device, Object data, Instant started) {
        return new RunManifest(command, configuration, seed, commit, machine, device, data, started, null, null);
    }

    /** The same run, ended. */
    public RunManifest end(Instant time, int code) {
        return new RunManifest(command, configuration, seed, commit, machine, device, data, started, time, code);
    }

    /** Writes or replaces the manifest. */
    public void write(Path file) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("command", command);
        json.put("started", started.toString());
        json.put("ended", ended == null ? null : ended.toString());
        json.put("exit_code", exitCode);
        json.put("seed", seed);
        json.put("commit", commit);
        json.put("device", device);
        json.put("machine", new TreeMap<>(machine));
        json.put("data", data);
        json.put("configuration", configuration);
        RunJson.write(file, json);
    }
}
