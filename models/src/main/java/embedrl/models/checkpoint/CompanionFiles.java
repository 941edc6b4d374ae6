package embedrl.models.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The files of a Hugging Face folder that stand beside weights and configuration, and that do not change when a model is trained. */
public final class CompanionFiles {
    private static final List<String> NAMES = List.of("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
            "merges.txt", "chat_template.json", "chat_template.jinja", "generation_config.json", "preprocessor_config.json", "video_preprocessor_config.json",
            "processor_config.json");

    private CompanionFiles() {
    }

    /** Copies those that are there into a folder that exists; files of these names that stand there are replaced. */
    public static void copy(Path from, Path to) throws IOException {
        if (Files.isSameFile(from, to)) return;
        for (String name : NAMES)
            if (Files.exists(from.resolve(name))) Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
}
