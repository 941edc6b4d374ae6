package embedrl.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.models.tokenizer.BpeDefinition.Unknown;
import embedrl.models.tokenizer.SequenceTemplate.Text;
import embedrl.models.tokenizer.SequenceTemplate.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerFileTest {
    private static final String BYTE_LEVEL = "{'type':'ByteLevel','add_prefix_space':false,'use_regex':true}";
    private static final String MODEL = "{'type':'BPE','vocab':{'a':0,'b':1,'ab':2,'abb':4},'merges':['a b',['ab','b']]}";

    private static BpeDefinition parse(String preTokenizer, String model, String rest) {
        String json = ("{'pre_tokenizer':" + preTokenizer + ",'model':" + model + rest + "}").replace('\'', '"');
        return TokenizerFile.parse("t.json", json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsBothWritingsOfMerges() {
        BpeDefinition definition = parse(BYTE_LEVEL, MODEL, "");
        assertThat(definition.merges()).containsExactly(new BpeDefinition.Merge("a", "b"), new BpeDefinition.Merge("ab", "b"));
        assertThat(definition.preTokenizer()).isEqualTo(PreTokenizer.GPT2);
        assertThat(definition.normalizer()).isEqualTo(TextNormalizer.NONE);
        BpeTokenizer tokenizer = new BpeTokenizer(definition);
        assertThat(tokenizer.encode("abbab")).containsExactly(4, 2);
        assertThat(tokenizer.vocabularySize()).isEqualTo(5);
        assertThat(tokenizer.encode("axb")).as("a byte without a token is left out").containsExactly(2);
    }

    @Test
    void takesWholeWordsWhereMergesAreIgnored() {
        String model = "{'type':'BPE','ignore_merges':true,'vocab':{'a':0,'b':1,'aba':2,'ab':3},'merges':['a b']}";
        BpeTokenizer tokenizer = new BpeTokenizer(parse(BYTE_LEVEL, model, ""));
        assertThat(tokenizer.encode("aba")).containsExactly(2);
        assertThat(tokenizer.encode("abab")).containsExactly(3, 3);
    }

    @Test
    void writesWhatItReads(@TempDir Path folder) throws IOException {
        List<PreTokenizer> splittings = new ArrayList<>(PreTokenizer.BY_NAME.values());
        splittings.add(new PreTokenizer(List.of(new PreTokenizer.Digits(false), new PreTokenizer.ByteLevel(true, false))));
        SequenceTemplate template = new SequenceTemplate(List.of(new Token(3, 0), new Text(0, 2)), List.of(new Text(1, 0), new Token(5, 1), new Text(0, 1)));
        for (PreTokenizer splitting : splittings) {
            for (OffsetTrim trim : OffsetTrim.values()) {
                boolean flag = trim == OffsetTrim.NONE;
                BpeDefinition definition = new BpeDefinition(Map.of("a", 0, "b", 1, "ab", 2), List.of(new BpeDefinition.Merge("a", "b")),
                        List.of(AddedToken.special(3, "<emb>"), new AddedToken(5, "\"é\n", false, flag, !flag, flag, true)),
                        flag ? new TextNormalizer.Unicode(Form.NFC) : TextNormalizer.NONE, splitting, new Unknown(flag ? "b" : null, flag, !flag), flag,
                        TokenDecoder.JOIN, flag ? template : SequenceTemplate.NONE, trim, flag ? BatchRules.NONE : new BatchRules(
                                Optional.of(new BatchRules.Cut(9, Truncation.ONLY_FIRST, BatchRules.Side.LEFT)),
                                Optional.of(new BatchRules.Fill(Optional.of(7), 4, BatchRules.Side.LEFT, 3, 1, "<emb>"))));
                writesAndReads(folder, definition);
            }
        }
        writesAndReads(folder, new BpeDefinition(Map.of("a", 0, "▁", 1), List.of(), List.of(), new TextNormalizer.Sequence(List.of(
                new TextNormalizer.Prepend("▁"), new TextNormalizer.Replace(" ", "▁"), new TextNormalizer.Strip(false, true), new TextNormalizer.Lowercase())),
                new PreTokenizer(List.of()), new Unknown("a", true, true), false, new TokenDecoder(List.of(new TokenDecoder.Replace("▁", " "),
                new TokenDecoder.ByteFallback(), new TokenDecoder.Fuse(), new TokenDecoder.Strip(" ", 1, 0))), SequenceTemplate.bert(0, 1), OffsetTrim.NONE, new BatchRules(Optional.empty(),
                        Optional.of(new BatchRules.Fill(Optional.empty(), 1, BatchRules.Side.RIGHT, 1, 0, "▁")))));
    }

    private static void writesAndReads(Path folder, BpeDefinition definition) throws IOException {
        new BpeTokenizer(definition).save(folder.resolve("tokenizer.json"));
        assertThat(BpeTokenizer.load(folder.resolve("tokenizer.json")).definition()).isEqualTo(definition);
    }

    @Test
    void normalizesWhereTheFileSaysSo() {
        String model = "{'type':'BPE','vocab':{'Ã':0,'©':1,'e':2},'merges':[]}";
        assertThat(new BpeTokenizer(parse(BYTE_LEVEL, model, ",'normalizer':{'type':'NFC'}")).encode("e\u0301")).containsExactly(0, 1);
        assertThat(new BpeTokenizer(parse(BYTE_LEVEL, model, ",'normalizer':null")).encode("e\u0301")).containsExactly(2);
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        refused("{'type':'Whitespace'}", MODEL, "", "pre_tokenizer: expected Digits, Split, ByteLevel");
        refused("{'type':'Sequence','pretokenizers':[{'type':'Split','pattern':{'Regex':'(a+)+b'},'behavior':'Isolated'},"
                + "{'type':'ByteLevel','add_prefix_space':false,'use_regex':false}]}", MODEL, "", "one of the known ones");
        refused("{'type':'ByteLevel','add_prefix_space':1}", MODEL, "", "add_prefix_space: expected true or false, found 1");
        refused("{'type':'Sequence','pretokenizers':[" + BYTE_LEVEL + ",{'type':'Digits'}]}", MODEL, "", "the ByteLevel step must be the last one");
        refused("null", MODEL, "", "decoder: expected ByteLevel, or steps");
        refused(BYTE_LEVEL, MODEL, ",'decoder':{'type':'Fuse'}", "decoder: expected ByteLevel, as the pre-tokenizer is");
        refused(BYTE_LEVEL, MODEL, ",'normalizer':{'type':'Nmt'}", "normalizer: expected NFC, NFD");
        refused(BYTE_LEVEL, MODEL, ",'normalizer':{'type':'Replace','pattern':{'Regex':'a'},'content':''}", "normalizer.pattern: expected {\"String\"");
        refused(BYTE_LEVEL, MODEL, ",'post_processor':{'type':'TemplateProcessing','single':[],'pair':[],'special_tokens':{}}", "'single' must hold text 0 1 times");
        refused(BYTE_LEVEL, MODEL, ",'post_processor':{'type':'BertProcessing','sep':['a',0],'cls':['z',77]}", "identifier 77, which belongs to no token");
        refused(BYTE_LEVEL, MODEL, ",'added_tokens':{}", "added_tokens: expected an array");
        refused(BYTE_LEVEL, MODEL, ",'added_tokens':[{'id':9,'content':'a'}]", "'a' has both identifiers 0 and 9");
        refused(BYTE_LEVEL, MODEL.replace("'type':'BPE'", "'unk_token':'z'"), "", "the unknown token 'z' is not in the vocabulary");
        refused(BYTE_LEVEL, MODEL.replace("'type':'BPE'", "'type':'WordPiece'"), "", "model.type: expected \"BPE\", found \"WordPiece\"");
        refused(BYTE_LEVEL, MODEL.replace("'type':'BPE'", "'dropout':0.1"), "", "model.dropout: expected null, found 0.1");
        refused(BYTE_LEVEL, MODEL.replace("'a b'", "'a c'"), "", "merge 0 is 'a' + 'c', but 'c' is not in the vocabulary");
        refused(BYTE_LEVEL, MODEL.replace("'a b'", "'ab'"), "", "model.merges[0]: expected");
        refused(BYTE_LEVEL, MODEL.replace("'abb':4", "'abb':2"), "", "identifier 2 belongs to both");
        refused(BYTE_LEVEL, MODEL.replace("'abb':4", "'abb':1000000000"), "", "identifiers lie between 0 and 16777215");
        refused(BYTE_LEVEL, MODEL.replace("'abb':4", "'abb':1.5"), "", "model.vocab.abb: expected an integer of 32 bits, found 1.5");
        refused(BYTE_LEVEL, MODEL.replace("'abb':4", "'a':4"), "", "not valid JSON: Duplicate");
        refused(BYTE_LEVEL, MODEL, ",'added_tokens':[{'id':9,'content':''}]", "added token 9 has no content");
        refused(BYTE_LEVEL, "{'type':'BPE'}", "", "model.vocab: expected an object, found nothing");
    }

    private static void refused(String preTokenizer, String model, String rest, String message) {
        assertThatThrownBy(() -> parse(preTokenizer, model, rest)).isInstanceOf(TokenizerException.class)
                .hasMessageStartingWith("t.json: ").hasMessageContaining(message);
    }
}
