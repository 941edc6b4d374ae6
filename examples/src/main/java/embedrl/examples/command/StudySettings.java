package embedrl.examples.command;

import embedrl.embedrl.compact.StudyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
