package embedrl.models.peft;

import embedrl.models.checkpoint.ConfigFile;
import embedrl.nn.Lora;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code adapter_config.json} of a LoRA adapter in PEFT's layout. An option that would change results and is not computed here is refused by its name.
 *
 * @param rank          r of layers that rankPattern does not name
 * @param alpha         lora_alpha likewise
 * @param rootScaled    use_rslora: the scale is alpha / √r instead of alpha / r
 * @param dropout       rate on the adapters' input while training
 * @param targets       names of layers, or their last parts
 * @param targetPattern a regular expression for whole names instead, or null
 * @param selection     which of these layers are left out
 * @param rankPattern   ranks by names of layers, their last parts or regular expressions for either; the first that fits counts
 * @param alphaPattern  lora_alpha likewise
 * @param baseModel     base_model_name_or_path, or null
 */
public record PeftConfig(int rank, double alpha, boolean rootScaled, float dropout, List<String> targets, String targetPattern,
                         LayerSelection selection, Map<String, Integer> rankPattern, Map<String, Double> alphaPattern, String baseModel) {
    /** Name of the file. */
    public static final String NAME = "adapter_config.json";
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    /** Fields that are read, or that say nothing about what is computed. */
    private static final Set<String> KNOWN = Set.of("peft_type", "r", "lora_alpha", "use_rslora", "lora_dropout", "target_modules", "rank_pattern",
            "alpha_pattern", "layers_to_transform", "layers_pattern", "exclude_modules", "base_model_name_or_path", "bias", "init_lora_weights", "peft_version", "inference_mode", "task_type", "revision", "auto_mapping",
            "megatron_core", "qalora_group_size", "ensure_weight_tying");

    public PeftConfig {
        targets = List.copyOf(targets);
        rankPattern = new LinkedHashMap<>(rankPattern);
        alphaPattern = new LinkedHashMap<>(alphaPattern);
    }

    /** Reads the settings of a file. */
    public static PeftConfig of(ConfigFile file) {
        if (!file.text("peft_type").equals("LORA")) throw file.wrong("peft_type", "\"LORA\"");
        for (String name : file.names())
            if (!KNOWN.contains(name) && !file.isUnset(name)) throw file.wrong(name, "unset: this option of PEFT is not computed");
        if (!file.text("bias", "none").equals("none")) throw file.wrong("bias", "\"none\": trained biases are not read");
        initializationKeepsTheBase(file);
        int rank = file.integer("r");
        if (rank < 1) throw file.wrong("r", "at least 1");
        Map<String, Integer> ranks = new LinkedHashMap<>();
        ConfigFile rankPattern = file.section("rank_pattern");
        for (String name : patterns(rankPattern)) ranks.put(name, rankPattern.integer(name));
        if (ranks.containsValue(0)) throw file.wrong("rank_pattern", "ranks of at least 1");
        Map<String, Double> alphas = new LinkedHashMap<>();
        ConfigFile alphaPattern = file.section("alpha_pattern");
        for (String name : patterns(alphaPattern)) alphas.put(name, alphaPattern.number(name));
        boolean isPattern = file.isText("target_modules");
        return new PeftConfig(rank, file.number("lora_alpha"), file.flag("use_rslora", false), (float) file.number("lora_dropout", 0),
                isPattern ? List.of() : targets(file), isPattern ? pattern(file) : null, LayerSelection.of(file), ranks, alphas,
                file.has("base_model_name_or_path") ? file.text("base_model_name_or_path") : null);
    }

    /** Initializations that take something out of the base weights need a base that is not the checkpoint's. */
    private static void initializationKeepsTheBase(ConfigFile file) {
        if (file.isText("init_lora_weights") && !Set.of("gaussian", "eva", "orthogonal").contains(file.text("init_lora_weights")))
            throw file.wrong("init_lora_weights", "true, false, \"gaussian\", \"eva\" or \"orthogonal\": others change the base model");
    }

    private static List<String> targets(ConfigFile file) {
        List<String> names = file.texts("target_modules");
        if (names.isEmpty()) throw file.wrong("target_modules", "the names of layers");
        return names;
    }

    private static String pattern(ConfigFile file) {
        String text = file.text("target_modules");
        if (!text.equals("all-linear")) NamePattern.check(file, "target_modules", text);
        return text;
    }

    private static List<String> patterns(ConfigFile section) {
        for (String name : section.names()) NamePattern.check(section, name, name);
        return List.copyOf(section.names());
    }

    /** Whether a layer is adapted; isHead tells that it is the output head, which "all-linear" leaves out. */
    boolean targets(String layer, boolean isHead) {
        if (selection.excludes(layer)) return false;
        // The reference restricts layers by number only where targets are a list of names.
        if (targetPattern == null) return targets.stream().anyMatch(target -> isPart(layer, target)) && selection.includes(layer);
        return targetPattern.equals("all-linear") ? !isHead : Pattern.matches(targetPattern, layer);
    }

    int rankOf(String layer) {
        return rankPattern.entrySet().stream().filter(e -> NamePattern.fits(e.getKey(), layer)).map(Map.Entry::getValue).findFirst().orElse(rank);
    }

    /** What B·A of a layer is multiplied by. */
    double scaleOf(String layer) {
        double own = alphaPattern.entrySet().stream().filter(e -> NamePattern.fits(e.getKey(), layer)).map(Map.Entry::getValue).findFirst().orElse(alpha);
        return own / (rootScaled ? Math.sqrt(rankOf(layer)) : rankOf(layer));
    }

    static boolean isPart(String layer, String name) {
        return layer.equals(name) || layer.endsWith("." + name);
    }

    /**
     * The settings of adapters that are attached: rank and alpha of the first as the general ones, others by name.
     *
     * @param layers the adapted layers
     * @param linear all linear layers; the last part of a name serves as a target only where it fits no layer that is not adapted
     */
    static PeftConfig of(Map<String, Lora.Adapted> layers, Collection<String> linear, String baseModel) {
        Lora.Adapted first = layers.values().iterator().next();
        double alpha = alpha(first);
        Map<String, Integer> ranks = new LinkedHashMap<>();
        Map<String, Double> alphas = new LinkedHashMap<>();
        List<String> targets = new ArrayList<>();
        layers.forEach((name, adapted) -> {
            if (adapted.rank() != first.rank()) ranks.put(name, adapted.rank());
            if (alpha(adapted) != alpha) alphas.put(name, alpha(adapted));
            String last = name.substring(name.lastIndexOf('.') + 1);
            boolean fitsOthers = linear.stream().anyMatch(other -> isPart(other, last) && !layers.containsKey(other));
            String target = fitsOthers ? name : last;
            if (!targets.contains(target)) targets.add(target);
        });
        return new PeftConfig(first.rank(), alpha, false, 0, targets.stream().sorted().toList(), null, LayerSelection.ALL, ranks, alphas, baseModel);
    }

    private static double alpha(Lora.Adapted adapted) {
        return adapted.scale() * adapted.rank();   // in float32, where alpha was whole
    }

    /** The JSON text. */
    byte[] write() {
        ObjectNode root = JSON.createObjectNode();
        root.put("peft_type", "LORA").put("task_type", "CAUSAL_LM").put("base_model_name_or_path", baseModel).put("inference_mode", true).put("bias", "none")
                .put("r", rank).put("lora_dropout", dropout).put("use_rslora", rootScaled).put("init_lora_weights", true).put("fan_in_fan_out", false);
        number(root, "lora_alpha", alpha);
        if (targetPattern != null) {
            root.put("target_modules", targetPattern);
        } else {
            ArrayNode names = root.putArray("target_modules");
            targets.forEach(names::add);
        }
        ObjectNode ranks = root.putObject("rank_pattern");
        rankPattern.forEach(ranks::put);
        ObjectNode alphas = root.putObject("alpha_pattern");
        alphaPattern.forEach((name, value) -> number(alphas, name, value));
        return JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    }

    private static void number(ObjectNode to, String name, double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e9) to.put(name, (int) value);
        else to.put(name, value);
    }
}
