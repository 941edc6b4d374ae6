package embedrl.models.chat;

import embedrl.models.gguf.GgufMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns a conversation into the text a model was trained on, with the template that its checkpoint brings.
 *
 * <p>The compact models have their own marks instead: {@code embedrl.models.message.ChatTemplate}. The text may hold special tokens
 * that come from messages: take {@code BpeTokenizer.encodeOrdinary} for words from outside, or remove the marks before.
 */
public final class ConversationTemplate {
    private static final String FIELD = "chat_template";
    private static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private final Template template;
    private final Map<String, Object> defaults;

    private ConversationTemplate(Template template, Map<String, Object> defaults) {
        this.template = template;
        this.defaults = defaults;
    }

    /** A template of that source. */
    public static ConversationTemplate of(String source) {
        return new ConversationTemplate(Template.parse(source), Map.of());
    }

    /**
     * The template of a Hugging Face folder: {@code chat_template.jinja}, else {@code chat_template.json}, else that of
     * {@code tokenizer_config.json}.
     *
     * @throws TemplateException if there is none, or it is malformed
     */
    public static ConversationTemplate load(Path folder) throws IOException {
        Path config = folder.resolve("tokenizer_config.json");
        Map<String, Object> tokens = Files.exists(config) ? specialTokens(read(config)) : Map.of();
        Path plain = folder.resolve("chat_template.jinja");
        if (Files.exists(plain)) {
            return new ConversationTemplate(Template.parse(Files.readString(plain)), tokens);
        }
        Path json = folder.resolve("chat_template.json");
        return new ConversationTemplate(Template.parse(source(Files.exists(json) ? json : config)), tokens);
    }

    /** Whether a Hugging Face folder brings a template. */
    public static boolean isIn(Path folder) throws IOException {
        if (Files.exists(folder.resolve("chat_template.jinja")) || Files.exists(folder.resolve("chat_template.json"))) {
            return true;
        }
        Path config = folder.resolve("tokenizer_config.json");
        return Files.exists(config) && read(config).has(FIELD);
    }

    /** The template in a JSON file with a field {@code chat_template}, such as {@code tokenizer_config.json}. */
    public static ConversationTemplate read(Path file, String field) throws IOException {
        JsonNode config = read(file);
        return new ConversationTemplate(Template.parse(source(file, config.path(field))), specialTokens(config));
    }

    /** The template in the metadata of a GGUF file, with its tokens of beginning and end. */
    public static ConversationTemplate of(GgufMetadata metadata) {
        Map<String, Object> tokens = new LinkedHashMap<>();
        for (String name : List.of("bos", "eos")) {
            String key = "tokenizer.ggml." + name + "_token_id";
            if (metadata.contains(key)) {
                List<String> all = metadata.texts("tokenizer.ggml.tokens");
                int id = metadata.integer(key);
                if (id < 0 || id >= all.size()) {
                    throw new TemplateException("GGUF: " + key + " must be below " + all.size() + ", got " + id);
                }
                tokens.put(name + "_token", all.get(id));
            }
        }
        return new ConversationTemplate(Template.parse(metadata.text("tokenizer." + FIELD)), tokens);
    }

    /** The text of a conversation, with the beginning of the assistant's answer where asked. */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
        return render(messages, addGenerationPrompt, Map.of());
    }

    /**
     * The text of a conversation, with further variables of the template such as {@code enable_thinking} or {@code tools}.
     *
     * @throws TemplateException if the template refuses the conversation
     */
    public String render(List<ChatMessage> messages, boolean addGenerationPrompt, Map<String, ?> variables) {
        Map<String, Object> all = new LinkedHashMap<>(variables);
        all.put("messages", messages.stream().map(ChatMessage::variables).toList());
        all.put("add_generation_prompt", addGenerationPrompt);
        return render(all);
    }

    /** The text of a conversation given as the template's own variables: {@code messages}, {@code add_generation_prompt} and others. */
    public String render(Map<String, ?> variables) {
        Map<String, Object> all = new LinkedHashMap<>();
        // Templates ask for these without asking whether they are defined.
        all.put("tools", null);
        all.put("documents", null);
        all.putAll(defaults);
        all.putAll(variables);
        return template.render(all);
    }

    private static String source(Path file) throws IOException {
        if (Files.notExists(file)) {
            throw new TemplateException(file.getParent() + ": no chat_template.jinja, chat_template.json or tokenizer_config.json");
        }
        return source(file, read(file).path(FIELD));
    }

    // A string, or a list of named templates of which "default" is meant.
    private static String source(Path file, JsonNode node) {
        if (node.isString()) {
            return node.stringValue();
        }
        for (JsonNode named : node) {
            if (named.path("name").isString() && named.path("name").stringValue().equals("default") && named.path("template").isString()) {
                return named.path("template").stringValue();
            }
        }
        throw new TemplateException(file + ": " + FIELD + ": expected a string, or a list with a template named default");
    }

    private static Map<String, Object> specialTokens(JsonNode config) {
        Map<String, Object> tokens = new LinkedHashMap<>();
        for (String name : List.of("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token")) {
            JsonNode token = config.path(name).isObject() ? config.path(name).path("content") : config.path(name);
            if (token.isString()) {
                tokens.put(name, token.stringValue());
            }
        }
        return tokens;
    }

    private static JsonNode read(Path file) throws IOException {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (JacksonException e) {
            throw new TemplateException(file + ": not valid JSON: " + e.getOriginalMessage());
        }
    }
}
