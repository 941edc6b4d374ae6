package embedrl.models;

/**
 * The fixed texts of an Embedder's message.
 *
 * @param summary  last part of the user's turn
 * @param embToken the assistant's whole answer; its state is the embedding. Empty: the embedding is the state at the end of the prompt, from which the
 *                 assistant's first token would be chosen
 */
public record EmbedderPrompt(String summary, String embToken) {
    /** As in the paper's code. */
    public static EmbedderPrompt standard() {
        return new EmbedderPrompt("Summarize the above content in one word:", "<emb>");
    }

    /** For models that were not trained with an {@code <emb>} token. */
    public static EmbedderPrompt lastToken() {
        return new EmbedderPrompt("Summarize the above content in one word:", "");
    }

    /** Without the summary text, for compact models that are trained from nothing. */
    public static EmbedderPrompt compact() {
        return new EmbedderPrompt("", "<emb>");
    }
}
