package embedrl.datasets;

/** Names the modality of an {@link Item}. */
public enum Kind {
    /** Text alone, no visual. */
    TEXT,
    /** One image, with or without text. */
    IMAGE,
    /** One to eight frames, in order of time, with or without text. */
    VIDEO,
    /** One page image of a document, with or without text. */
    PAGE
}
