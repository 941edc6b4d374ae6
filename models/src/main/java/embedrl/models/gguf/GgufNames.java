package embedrl.models.gguf;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of a decoder's tensors in GGUF files and in Hugging Face checkpoints. */
final class GgufNames {
    private static final Map<String, String> WHOLE = Map.of("token_embd", "model.embed_tokens", "output_norm", "model.norm", "output", "lm_head");
    private static final Map<String, String> IN_LAYER = Map.ofEntries(
            Map.entry("attn_norm", "input_layernorm"),
            Map.entry("attn_q", "self_attn.q_proj"),
            Map.entry("attn_k", "self_attn.k_proj"),
            Map.entry("attn_v", "self_attn.v_proj"),
            Map.entry("attn_output", "self_attn.o_proj"),
            Map.entry("attn_q_norm", "self_attn.q_norm"),
            Map.entry("attn_k_norm", "self_attn.k_norm"),
            Map.entry("ffn_norm", "post_attention_layernorm"),
            Map.entry("ffn_gate", "mlp.gate_proj"),
            Map.entry("ffn_up", "mlp.up_proj"),
            Map.entry("ffn_down", "mlp.down_proj"));
    private static final Map<String, String> WHOLE_BACK = reversed(WHOLE);
    private static final Map<String, String> IN_LAYER_BACK = reversed(IN_LAYER);
    private static final Pattern FILE = Pattern.compile("(?:blk\\.(0|[1-9]\\d{0,5})\\.)?([a-z_]+)\\.(weight|bias)");
    private static final Pattern HUGGING_FACE = Pattern.compile("(?:model\\.layers\\.(0|[1-9]\\d{0,5})\\.)?([a-z_.]+)\\.(weight|bias)");

    private GgufNames() {
    }

    /** The Hugging Face name of a tensor of a file; empty where the tensor is none of a decoder's. */
    static Optional<String> huggingFace(String name) {
        return renamed(name, FILE, WHOLE, IN_LAYER, "model.layers.");
    }

    /** The name in a file of a Hugging Face tensor; empty where the format has none. */
    static Optional<String> file(String name) {
        return renamed(name, HUGGING_FACE, WHOLE_BACK, IN_LAYER_BACK, "blk.");
    }

    /** Whether Llama files store the tensor (named as in the file) with the rows of each head reordered. */
    static boolean isRotated(String fileName) {
        return fileName.matches("blk\\.\\d+\\.attn_[qk]\\.(weight|bias)");
    }

    private static Optional<String> renamed(String name, Pattern pattern, Map<String, String> whole, Map<String, String> inLayer, String layers) {
        Matcher parts = pattern.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String layer = parts.group(1);
        String other = (layer == null ? whole : inLayer).get(parts.group(2));
        return other == null ? Optional.empty() : Optional.of((layer == null ? "" : layers + layer + ".") + other + "." + parts.group(3));
    }

    private static Map<String, String> reversed(Map<String, String> names) {
        Map<String, String> back = new TreeMap<>();
        names.forEach((from, to) -> back.put(to, from));
        return back;
    }
}
