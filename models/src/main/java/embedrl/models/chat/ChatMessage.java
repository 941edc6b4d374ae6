package embedrl.models.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One turn of a conversation.
 *
 * @param role      system, user, assistant or tool
 * @param parts     what it says and shows, in order
 * @param toolCalls functions that the assistant asks for
 * @param reasoning what the assistant thought before, or null
 */
public record ChatMessage(String role, List<Part> parts, List<ToolCall> toolCalls, String reasoning) {
    /** A part of a turn. */
    public sealed interface Part {}

    /** Words. */
    public record Text(String text) implements Part {}

    /** The place of an image; its pixels travel beside the conversation. */
    public record Image() implements Part {}

    /** The place of a video. */
    public record Video() implements Part {}

    /** A function with its arguments, made of null, booleans, numbers, strings, lists and maps. */
    public record ToolCall(String name, Map<String, Object> arguments) {
        /** Copies the map, in its order. */
        public ToolCall {
            arguments = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
        }
    }

    /** Copies the lists. */
    public ChatMessage {
        parts = List.copyOf(parts);
        toolCalls = List.copyOf(toolCalls);
    }

    /** A turn of words alone. */
    public static ChatMessage of(String role, String text) {
        return new ChatMessage(role, List.of(new Text(text)), List.of(), null);
    }

    /** Instructions for the whole conversation. */
    public static ChatMessage system(String text) {
        return of("system", text);
    }

    /** What the user says. */
    public static ChatMessage user(String text) {
        return of("user", text);
    }

    /** What the user says and shows. */
    public static ChatMessage user(List<Part> parts) {
        return new ChatMessage("user", parts, List.of(), null);
    }

    /** What the assistant answered. */
    public static ChatMessage assistant(String text) {
        return of("assistant", text);
    }

    /** The turn as templates read it: words alone are a text, anything else is a list of parts. */
    Map<String, Object> variables() {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("role", role);
        if (parts.size() == 1 && parts.getFirst() instanceof Text(String text)) {
            variables.put("content", text);
        } else {
            variables.put("content", parts.isEmpty() ? "" : parts.stream().map(ChatMessage::part).toList());
        }
        if (reasoning != null) {
            variables.put("reasoning_content", reasoning);
        }
        if (!toolCalls.isEmpty()) {
            List<Object> calls = new ArrayList<>();
            for (ToolCall call : toolCalls) {
                Map<String, Object> function = new LinkedHashMap<>();
                function.put("name", call.name());
                function.put("arguments", call.arguments());
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("type", "function");
                entry.put("function", function);
                calls.add(entry);
            }
            variables.put("tool_calls", calls);
        }
        return variables;
    }

    private static Map<String, Object> part(Part part) {
        Map<String, Object> variables = new LinkedHashMap<>();
        switch (part) {
            case Text(String text) -> {
                variables.put("type", "text");
                variables.put("text", text);
            }
            case Image() -> variables.put("type", "image");
            case Video() -> variables.put("type", "video");
        }
        return variables;
    }
}
