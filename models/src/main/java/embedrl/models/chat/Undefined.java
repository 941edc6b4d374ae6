package embedrl.models.chat;

/** What a name stands for that nothing was given for: false, empty and printed as nothing; looking into it is an error. */
record Undefined(String name) {
    TemplateException error() {
        return new TemplateException("'" + name + "' is undefined");
    }
}
