package embedrl.models;

import embedrl.models.bert.EncoderFiles;
import embedrl.models.bert.EncoderUse;
import embedrl.models.bert.SentenceTransformersFiles;
import embedrl.models.checkpoint.ConfigFile;
import embedrl.models.gguf.GgufFile;
import embedrl.nn.WeightType;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the path of a model as the Embedder that its files and the options ask for. */
final class EmbedderFiles {
    private EmbedderFiles() {
    }

    static Embedder load(Path path, EmbedderOptions options, Executor executor) throws IOException {
        if (Files.notExists(path)) throw new NoSuchFileException(path.toString());
        boolean language = Files.isDirectory(path) ? LanguageModels.isIn(path) : GgufFile.isOne(path);
        if (!language) return encoder(path, options, executor);
        if (LanguageModels.isVision(path)) {
            refuse(options.family().isPresent() || options.pooling().isPresent() || options.maxTokens().isPresent(), path,
                    "a family, a pooling and a limit of tokens are for encoders of texts; the vector of a model that sees is its state at the end of the message");
            return messages(path, options, executor);
        }
        refuse(options.maxPixels().isPresent(), path, "the model reads texts only, and a limit of pixels is for pictures");
        // The name of a language model's folder tells nothing about pooling: e5-mistral is pooled otherwise than e5.
        Optional<EncoderUse> use = chosen(Files.isDirectory(path) ? SentenceTransformersFiles.use(path, Optional.empty()) : Optional.empty(), options);
        if (use.isPresent()) return new TextEmbedder(TextModel.open(path, options.weights()), use.get(), executor);
        refuse(options.maxTokens().isPresent(), path, "the message that a language model reads is not cut; give a pooling, with which texts are read alone, to set a limit of tokens");
        return messages(path, options, executor);
    }

    private static Embedder messages(Path path, EmbedderOptions options, Executor executor) throws IOException {
        Pretrained loaded = Pretrained.load(path, options.weights());
        Pretrained used = options.maxPixels().map(loaded::withMaxPixels).orElse(loaded);
        MessageEmbedder whole = MessageEmbedder.of(used, executor);
        return options.dimensions().isEmpty() ? whole : whole.withDimensions(options.dimensions().get());
    }

    private static Embedder encoder(Path path, EmbedderOptions options, Executor executor) throws IOException {
        refuse(options.weights() != WeightType.AS_IS && options.weights() != WeightType.FLOAT32, path, "the weights of encoders are kept in float32, got " + options.weights());
        refuse(options.maxPixels().isPresent(), path, "an encoder of texts reads no pictures, so that there is nothing to limit the pixels of");
        if (Files.isDirectory(path)) checkFamily(path.resolve("config.json"));
        EncoderFiles files = EncoderFiles.open(path);
        EncoderUse use = chosen(files.use(), options).orElseThrow(() -> new EmbedderOptionException("neither the files of " + path
                + " nor its name tell how its vectors are pooled; give a pooling (mean, cls or last) or a family (minilm, bge or e5)"));
        return new TextEmbedder(files.encoder(), files.tokenizer(), use, executor);
    }

    /** Before the tokenizer's kind is found fault with, which says less. */
    private static void checkFamily(Path config) throws IOException {
        if (Files.notExists(config)) return;
        ConfigFile stated = ConfigFile.read(config);
        if (stated.isText("model_type") && !stated.text("model_type").equals("bert"))
            throw stated.wrong("model_type", "\"bert\", \"qwen3_vl\", \"qwen3\" or \"llama\" for a model that embeds");
    }

    /** What the options say comes before what the files say. */
    private static Optional<EncoderUse> chosen(Optional<EncoderUse> stated, EmbedderOptions options) {
        return options.family().map(family -> family.use()).or(() -> stated).map(use -> options.pooling().map(use::with).orElse(use))
                .or(() -> options.pooling().map(EncoderUse::of))
                .map(use -> options.maxTokens().map(use::withMaxTokens).orElse(use))
                .map(use -> options.dimensions().map(use::withDimensions).orElse(use));
    }

    private static void refuse(boolean asked, Path path, String why) {
        if (asked) throw new EmbedderOptionException(path + ": " + why);
    }
}
