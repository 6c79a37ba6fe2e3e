package io.llmcluster.core.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GoJsonTest {

  @Test
  void what_html_would_take_for_its_own_is_escaped_in_lower_case_and_nothing_else() {
    ObjectNode value = JsonNodeFactory.instance.objectNode();
    value.put("a&b", "<p> \"é\" 😀 \n \u007f");
    String written = "{\"a\\u0026b\":\"\\u003cp\\u003e \\\"é\\\" 😀 \\n \u007f\"}";
    assertThat(GoJson.text(value)).isEqualTo(written);
    assertThat(GoJson.bytes(value)).isEqualTo(written.getBytes(StandardCharsets.UTF_8));
  }
}
