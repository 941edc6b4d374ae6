package embedrl.embedrl.prompts;

/** Words the request for a T-CoT (Embed-RL, prompts of the Reasoner). Pictures, if any, stand in front of this text in the message. */
@FunctionalInterface
public interface PromptBook {

    /** The prompt's text; equal requests give equal texts. */
    String prompt(PromptRequest request);
}
