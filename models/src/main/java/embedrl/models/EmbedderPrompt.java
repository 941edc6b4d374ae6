package embedrl.models;

/**
 * The fixed texts of an Embedder's message.
 *
 * @param summary  last part of the user's turn
 * @param embToken the assistant's whole answer; its state is the embedding
 */
public record EmbedderPrompt(String summary, String embToken) {
    /** As in the paper's code. */
    public static EmbedderPrompt standard() {
        return new EmbedderPrompt("Summarize the above content in one word:", "<emb>");
    }

    /** Without the summary text, for compact models that are trained from nothing. */
    public static EmbedderPrompt compact() {
        return new EmbedderPrompt("", "<emb>");
    }
}
