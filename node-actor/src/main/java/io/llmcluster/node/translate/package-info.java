/** Translation between Ollama's native API and OpenAI's, both ways; pure, on JSON and bytes. */
@NullMarked
package io.llmcluster.node.translate;

import org.jspecify.annotations.NullMarked;
