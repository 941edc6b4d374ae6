package embedrl.models.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GgufNamesTest {
    @Test
    void namesMapBothWays() {
        Map.of("token_embd.weight", "model.embed_tokens.weight", "output_norm.weight", "model.norm.weight", "output.weight", "lm_head.weight",
                "blk.0.attn_q.bias", "model.layers.0.self_attn.q_proj.bias", "blk.12.attn_k_norm.weight", "model.layers.12.self_attn.k_norm.weight",
                "blk.3.ffn_norm.weight", "model.layers.3.post_attention_layernorm.weight", "blk.3.ffn_down.weight", "model.layers.3.mlp.down_proj.weight")
                .forEach((file, huggingFace) -> {
                    assertThat(GgufNames.huggingFace(file)).contains(huggingFace);
                    assertThat(GgufNames.file(huggingFace)).contains(file);
                });
    }

    @Test
    void otherNamesHaveNoCounterpart() {
        for (String name : new String[] {"rope_freqs.weight", "blk.0.ffn_gate_exps.weight", "blk.00.attn_q.weight", "attn_q.weight", "blk.1.output.weight", "output"}) {
            assertThat(GgufNames.huggingFace(name)).as(name).isEmpty();
        }
        assertThat(GgufNames.file("model.visual.pos_embed.weight")).isEmpty();
    }

    @Test
    void onlyQueriesAndKeysAreRotated() {
        assertThat(GgufNames.isRotated("blk.10.attn_q.weight")).isTrue();
        assertThat(GgufNames.isRotated("blk.1.attn_k.bias")).isTrue();
        assertThat(GgufNames.isRotated("blk.1.attn_v.weight")).isFalse();
        assertThat(GgufNames.isRotated("blk.1.attn_q_norm.weight")).isFalse();
    }

    @Test
    void rowsMoveWithinTheirHead() {
        byte[] rows = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7};   // two heads of four rows of two bytes
        byte[] moved = RowOrder.toHuggingFace(MemorySegment.ofArray(rows), 2, 4);
        assertThat(moved).containsExactly(0, 0, 2, 2, 1, 1, 3, 3, 4, 4, 6, 6, 5, 5, 7, 7);
        assertThat(RowOrder.toFile(MemorySegment.ofArray(moved), 2, 4)).containsExactly(rows);

        byte[] six = RowOrder.toHuggingFace(MemorySegment.ofArray(new byte[] {0, 1, 2, 3, 4, 5}), 1, 6);
        assertThat(six).containsExactly(0, 2, 4, 1, 3, 5);   // file row 2i + j is row 3j + i
        assertThat(RowOrder.toFile(MemorySegment.ofArray(six), 1, 6)).containsExactly(0, 1, 2, 3, 4, 5);
        assertThatThrownBy(() -> RowOrder.toFile(MemorySegment.ofArray(rows), 2, 3)).isInstanceOf(GgufException.class).hasMessageContaining("heads of 3 rows");
    }
}
