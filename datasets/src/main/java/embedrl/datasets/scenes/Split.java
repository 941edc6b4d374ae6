package embedrl.datasets.scenes;

/** Names what a part of the generated data holds out. */
public enum Split {
    /** Scenes to train on. */
    TRAIN("train"),
    /** New scenes of combinations of concept and color that training shows. */
    UNSEEN_SCENES("unseen-scenes"),
    /** The asked thing is a known concept in a color that training never shows it in. */
    UNSEEN_COMBINATIONS("unseen-combinations"),
    /** The asked thing is of a concept that training never shows. */
    UNSEEN_CONCEPTS("unseen-concepts");

    private final String label;

    Split(String label) {
        this.label = label;
    }

    /** Returns the name in data cards and reports. */
    public String label() {
        return label;
    }
}
