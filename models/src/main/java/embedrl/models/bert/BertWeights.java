package embedrl.models.bert;

import embedrl.models.checkpoint.SafetensorsFolder;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A checkpoint's tensors under the names of {@link BertEncoder}'s parameters, not read yet.
 *
 * @param source named in errors
 * @param tensors shape and values by name
 */
record BertWeights(String source, Map<String, Entry> tensors) {
    private static final String PREFIX = "bert.";
    private static final Set<String> HEADS = Set.of("cls", "classifier", "qa_outputs");

    /** A tensor that can be read. */
    record Entry(Shape shape, Supplier<HostTensor> values) {
    }

    /** The tensors of a folder. A prefix {@code bert.} is taken off; then the heads beside the encoder are left out. Older names of norms are understood. */
    static BertWeights of(String source, SafetensorsFolder folder) {
        Map<String, Entry> tensors = new LinkedHashMap<>();
        for (String name : folder.names()) tensors.put(name, new Entry(folder.shape(name), () -> folder.floats(name)));
        return named(source, tensors);
    }

    /** Brings names of any BERT checkpoint to those of the encoder. */
    static BertWeights named(String source, Map<String, Entry> tensors) {
        boolean prefixed = tensors.keySet().stream().anyMatch(name -> name.startsWith(PREFIX));
        Map<String, Entry> named = new LinkedHashMap<>();
        tensors.forEach((name, entry) -> {
            if (prefixed && HEADS.contains(name.split("\\.", 2)[0])) return;
            String own = prefixed && name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
            own = own.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias");
            if (own.equals("embeddings.position_ids") || own.equals("embeddings.token_type_ids")) return;   // counted rows, no parameters
            if (named.put(own, entry) != null) throw new EncoderException(source + ": two tensors are named '" + own + "'");
        });
        return new BertWeights(source, named);
    }

    boolean hasPooler() {
        return tensors.containsKey("pooler.dense.weight");
    }

    /** How many numbers all tensors hold. */
    long count() {
        return tensors.values().stream().mapToLong(entry -> entry.shape().count()).sum();
    }
}
