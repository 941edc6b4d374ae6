package embedrl.examples.command;

import embedrl.embedrl.compact.StudyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads settings of a study from a JSON file; what the file leaves out keeps its default. */
final class StudySettings {
    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

    private StudySettings() {
    }

    /** The defaults with the file's settings in their place. */
    static StudyConfig read(Path file, StudyConfig defaults) throws IOException {
        JsonNode changes = JSON.readTree(Files.readString(file));
        ObjectNode all = JSON.valueToTree(defaults);
        if (!changes.isObject()) {
            throw new CommandFailure(ExitCode.BAD_DATA, file + ": settings must be a JSON object, got " + changes.getNodeType());
        }
        for (String name : changes.propertyNames()) {
            if (!all.has(name)) {
                throw new CommandFailure(ExitCode.BAD_DATA, file + ": unknown setting '" + name + "'" + NearestName.nearest(name, all.propertyNames().stream().toList())
                        .map(near -> "; did you mean '" + near + "'?").orElse("; known are " + String.join(", ", all.propertyNames())));
            }
            all.set(name, changes.get(name));
        }
        try {
            return JSON.treeToValue(all, StudyConfig.class);
        } catch (JacksonException wrong) {
            throw new CommandFailure(ExitCode.BAD_DATA, file + ": " + wrong.getOriginalMessage().lines().findFirst().orElse(""), wrong);
        }
    }

    /** The same settings with others in place of some. */
    static StudyConfig with(StudyConfig config, Map<String, ?> changes) {
        ObjectNode all = JSON.valueToTree(config);
        changes.forEach((name, value) -> {
            if (all.replace(name, JSON.valueToTree(value)) == null) {
                throw new IllegalArgumentException("settings: there is no '" + name + "'");
            }
        });
        return JSON.treeToValue(all, StudyConfig.class);
    }

    /** The value of an option that counts something. */
    static int atLeastOne(String option, int value) {
        if (value < 1) {
            throw new CommandFailure(ExitCode.USAGE, option + " must be 1 or more, got " + value);
        }
        return value;
    }
}
