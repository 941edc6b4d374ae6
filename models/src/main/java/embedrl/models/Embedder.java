package embedrl.models;

import embedrl.models.message.Content;
import embedrl.models.message.EmbedderMessage;
import embedrl.models.message.ImageEncoder;
import embedrl.nn.Module;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns texts, and with a model that sees also pictures and videos, into unit vectors whose dot product is their similarity. A vector does not depend on what else is
 * in the call. Not safe for use by several threads at once.
 *
 * <p>A {@link MessageEmbedder} reads messages with a language model, as Embed-RL does; a {@link TextEmbedder} reads texts with a BERT encoder, or with a language
 * model whose states are pooled.
 */
public sealed interface Embedder extends AutoCloseable permits MessageEmbedder, TextEmbedder {
    /** As {@link #load(Path, EmbedderOptions, Executor)}, used as the files say. */
    static Embedder load(Path path, Executor executor) throws IOException {
        return load(path, EmbedderOptions.STANDARD, executor);
    }

    /**
     * Loads whatever embeds: the Hugging Face folder of a Qwen3-VL, Qwen3, Llama or BERT model, a GGUF file, an ONNX file of a BERT encoder with tokenizer.json
     * beside it, or a jar with both.
     *
     * @throws java.nio.file.NoSuchFileException where the path or a file that the model needs is missing
     * @throws EmbedderOptionException           where the options ask for what this model cannot do, or must say what its files do not
     * @throws RuntimeException                  of the reader that found a file unusable; its message names the file, what was expected and what was found
     */
    static Embedder load(Path path, EmbedderOptions options, Executor executor) throws IOException {
        return EmbedderFiles.load(path, options, executor);
    }

    /** The weights. */
    Module model();

    /** Numbers in a vector. */
    int dimensions();

    /** How pictures become patches, and which frames of a video are taken; empty where texts alone are read. */
    Optional<ImageEncoder> images();

    /** Unit vectors of texts that search, in their order. */
    float[][] embedQueries(List<String> texts);

    /** Unit vectors of texts that are found, in their order. Models that know one way to read a text read queries and passages alike. */
    float[][] embedPassages(List<String> texts);

    /**
     * Unit vectors of messages made of texts, pictures and videos, in their order; a message of one text is a passage.
     *
     * @throws IllegalArgumentException where a message holds a picture or a video, and the model reads texts only
     */
    float[][] embedContents(List<List<Content>> messages);

    /** Unit vectors of items with their chains of thought, in their order; errors as in {@link #embedContents}. */
    float[][] embed(List<EmbedderMessage> messages);

    /** The unit vector of one message of texts, pictures and videos. */
    default float[] embed(Content... content) {
        return embedContents(List.of(List.of(content)))[0];
    }

    /** Unit vectors by the keys of their messages, in the order of the messages. */
    default <K> Map<K, float[]> embed(Map<K, EmbedderMessage> messages) {
        float[][] vectors = embed(List.copyOf(messages.values()));
        Map<K, float[]> byKey = new LinkedHashMap<>();
        for (K key : messages.keySet()) byKey.put(key, vectors[byKey.size()]);
        return byKey;
    }

    /** Releases the compiled programs; the weights stay usable. */
    @Override
    void close();
}
