package embedrl.embedrl.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes the JSON of a run directory; a file is replaced as a whole or not at all. */
final class RunJson {
    private static final JsonMapper LINES = JsonMapper.builder().build();
    private static final JsonMapper PAGES = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private RunJson() {
    }

    /** A value on one line. */
    static String line(Object value) {
        return LINES.writeValueAsString(value);
    }

    /** A value over several lines. */
    static String page(Object value) {
        return PAGES.writeValueAsString(value) + "\n";
    }

    /** Replaces a file; where that fails, the old one stays. */
    static void write(Path file, Object value) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(page(value).getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
