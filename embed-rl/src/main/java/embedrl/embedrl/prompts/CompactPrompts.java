package embedrl.embedrl.prompts;

/** The shortest prompts, for small models that are trained to the T-CoT format and need no instructions: one word for the side, then the text. */
public final class CompactPrompts implements PromptBook {

    static final String QUERY = "find";
    static final String TARGET = "describe";

    @Override
    public String prompt(PromptRequest request) {
        String word = switch (request.side()) {
            case QUERY -> QUERY;
            case TARGET -> TARGET;
        };
        String text = request.text().isEmpty() ? word : word + " " + request.text();
        return request.knownAnswer().map(answer -> text + " answer " + answer).orElse(text);
    }
}
