package embedrl.models.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

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

    /** The turn with each of its texts changed, those of tool calls and of the reasoning too; neighboring parts of text become one first. */
    public ChatMessage withTexts(UnaryOperator<String> change) {
        List<Part> changed = new ArrayList<>();
        for (Part part : joined()) {
            changed.add(part instanceof Text(String text) ? new Text(change.apply(text)) : part);
        }
        List<ToolCall> calls = toolCalls.stream().map(call -> new ToolCall(change.apply(call.name()), entries(call.arguments(), change))).toList();
        return new ChatMessage(role, changed, calls, reasoning == null ? null : change.apply(reasoning));
    }

    private List<Part> joined() {
        List<Part> joined = new ArrayList<>();
        for (Part part : parts) {
            if (part instanceof Text(String text) && !joined.isEmpty() && joined.getLast() instanceof Text(String before)) {
                joined.set(joined.size() - 1, new Text(before + text));
            } else {
                joined.add(part);
            }
        }
        return joined;
    }

    private static Map<String, Object> entries(Map<?, ?> map, UnaryOperator<String> change) {
        Map<String, Object> changed = new LinkedHashMap<>();
        map.forEach((key, value) -> changed.put(change.apply((String) key), value(value, change)));
        return changed;
    }

    private static Object value(Object value, UnaryOperator<String> change) {
        return switch (value) {
            case String text -> change.apply(text);
            case List<?> list -> list.stream().map(entry -> value(entry, change)).collect(Collectors.toCollection(ArrayList::new));
            case Map<?, ?> map -> entries(map, change);
            case null, default -> value;
        };
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
