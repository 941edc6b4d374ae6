package embedrl.embedrl.reward;

import java.util.List;

/** The text blocks and the prompt of a listwise judge that is a language model (Embed-RL, process reward). */
public final class JudgePrompt {

    private JudgePrompt() {
    }

    /** A query rollout, as anchor or candidate: the query's text and its T-CoT. */
    public static String queryBlock(String queryText, String tcot) {
        return "Instruction: " + queryText + "\n\nReasoning: " + tcot;
    }

    /** A target rollout as anchor: the target's text and its T-CoT. */
    public static String targetBlock(String targetText, String tcot) {
        return "Text: " + targetText + "\n\nReasoning: " + tcot;
    }

    /** A target rollout as candidate: its T-CoT alone, so that the target's own text cannot give the match away. */
    public static String targetCandidate(String tcot) {
        return tcot;
    }

    /** The whole prompt: the task, the anchor, the candidates numbered from 1, and the form of the answer. */
    public static String of(String anchor, List<String> candidates) {
        var prompt = new StringBuilder("Below are one piece of reasoning and ").append(candidates.size())
                .append(" candidates. Which candidate is about the same thing?\n\n").append(anchor).append("\n\nCandidates:\n");
        for (int i = 0; i < candidates.size(); i++) {
            prompt.append(i + 1).append(". ").append(candidates.get(i)).append('\n');
        }
        return prompt.append("\nReply with the candidate's number and nothing else.").toString();
    }
}
