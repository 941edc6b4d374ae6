package embedrl.models.bert;

import embedrl.models.checkpoint.SafetensorsFolder;
import embedrl.models.onnx.OnnxModel;
import embedrl.models.tokenizer.WordPieceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A text encoder as it lies on disk: a Hugging Face folder, a folder with {@code model.onnx} and {@code tokenizer.json}, or a jar with both, as langchain4j
 * publishes them. The graph can also be named itself.
 *
 * @param encoder   its weights
 * @param tokenizer its tokenizer
 * @param use       what its files or its name tell about its use; empty where nothing does
 */
public record EncoderFiles(BertEncoder encoder, WordPieceTokenizer tokenizer, Optional<EncoderUse> use) {
    private static final String TOKENIZER = "tokenizer.json";
    private static final List<String> ONNX = List.of("model.onnx", "onnx/model.onnx");
    private static final long LARGEST_ENTRY = 1L << 30;

    /** Checks that the tokenizer fits the encoder. */
    public EncoderFiles {
        int rows = encoder.config().vocabSize();
        if (tokenizer.vocabularySize() > rows)
            throw new EncoderException("tokenizer.json: the vocabulary has " + tokenizer.vocabularySize() + " tokens, and the encoder's table has " + rows + " rows; they belong to different models");
    }

    /** Reads a folder, a jar, or an ONNX file beside a tokenizer.json. */
    public static EncoderFiles open(Path path) throws IOException {
        if (Files.notExists(path)) throw new NoSuchFileException(path.toString());
        if (Files.isDirectory(path)) return folder(path);
        return path.toString().endsWith(".onnx") ? graph(path) : jar(path);
    }

    private static EncoderFiles folder(Path folder) throws IOException {
        WordPieceTokenizer tokenizer = WordPieceTokenizer.load(folder.resolve(TOKENIZER));
        return new EncoderFiles(weights(folder), tokenizer, use(folder));
    }

    private static BertEncoder weights(Path folder) throws IOException {
        boolean safetensors = Files.exists(folder.resolve(SafetensorsFolder.SINGLE)) || Files.exists(folder.resolve(SafetensorsFolder.SINGLE + ".index.json"));
        if (safetensors) return BertCheckpoint.load(folder);
        for (String name : ONNX) {
            if (Files.exists(folder.resolve(name))) return onnx(folder, folder.resolve(name));
        }
        throw new NoSuchFileException(folder.toString(), null, "the folder holds neither " + SafetensorsFolder.SINGLE + " nor " + String.join(" nor ", ONNX));
    }

    /** What the files of sentence-transformers say comes before what the folder's name says. */
    private static Optional<EncoderUse> use(Path folder) throws IOException {
        return SentenceTransformersFiles.use(folder, EncoderFamily.named(folder.toAbsolutePath().normalize().getFileName().toString()).map(EncoderFamily::use));
    }

    /** The folder of an ONNX file is the one with the tokenizer: its own, or that above a folder {@code onnx}. */
    private static EncoderFiles graph(Path file) throws IOException {
        Path own = file.toAbsolutePath().normalize().getParent();
        Path folder = Files.notExists(own.resolve(TOKENIZER)) && own.endsWith("onnx") ? own.getParent() : own;
        WordPieceTokenizer tokenizer = WordPieceTokenizer.load(folder.resolve(TOKENIZER));
        Optional<EncoderUse> named = EncoderFamily.named(file.getFileName().toString()).map(EncoderFamily::use);
        return new EncoderFiles(onnx(folder, file), tokenizer, named.isPresent() ? SentenceTransformersFiles.use(folder, named) : use(folder));
    }

    private static BertEncoder onnx(Path folder, Path file) throws IOException {
        Path config = folder.resolve(BertConfigFile.NAME);
        try (OnnxModel model = OnnxModel.open(file)) {
            return BertCheckpoint.loadOnnx(model, Files.exists(config) ? BertConfigFile.read(config) : null);
        }
    }

    private static EncoderFiles jar(Path path) throws IOException {
        try (ZipFile jar = new ZipFile(path.toFile())) {
            ZipEntry graph = only(path, jar, ".onnx");
            ZipEntry vocabulary = only(path, jar, TOKENIZER);
            String source = path + "!" + graph.getName();
            BertEncoder encoder;
            try (OnnxModel model = OnnxModel.parse(source, bytes(path, jar, graph))) {
                encoder = BertCheckpoint.loadOnnx(model, null);
            }
            WordPieceTokenizer tokenizer = WordPieceTokenizer.parse(path + "!" + vocabulary.getName(), bytes(path, jar, vocabulary));
            return new EncoderFiles(encoder, tokenizer, EncoderFamily.named(graph.getName()).map(EncoderFamily::use));
        } catch (ZipException e) {
            throw new EncoderException(path + ": is no model that is known here: neither a folder, nor a GGUF file by its first bytes, nor a jar (" + e.getMessage() + "), nor does its name end with .onnx", e);
        }
    }

    private static ZipEntry only(Path path, ZipFile jar, String ending) {
        List<? extends ZipEntry> found = jar.stream().filter(entry -> !entry.isDirectory() && entry.getName().endsWith(ending)).toList();
        if (found.size() != 1) throw new EncoderException(path + ": one file …" + ending + " is needed in the jar, found " + found.size());
        return found.getFirst();
    }

    private static byte[] bytes(Path path, ZipFile jar, ZipEntry entry) throws IOException {
        long size = entry.getSize();
        if (size < 0 || size > LARGEST_ENTRY) throw new EncoderException(path + ": " + entry.getName() + " has " + size + " bytes, at most " + LARGEST_ENTRY + " are read from a jar; unpack it");
        try (InputStream in = jar.getInputStream(entry)) {
            byte[] bytes = in.readNBytes((int) size);
            if (bytes.length != size || in.read() >= 0) throw new EncoderException(path + ": " + entry.getName() + " does not have the " + size + " bytes that the jar says");
            return bytes;
        }
    }
}
