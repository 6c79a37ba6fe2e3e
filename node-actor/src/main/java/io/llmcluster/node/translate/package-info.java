/** Translation between Ollama's native API and OpenAI's, both ways; pure but for its adapters. */
@NullMarked
package io.llmcluster.node.translate;

import org.jspecify.annotations.NullMarked;
