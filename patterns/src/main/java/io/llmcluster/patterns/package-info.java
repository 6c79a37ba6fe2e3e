@NullMarked
package io.llmcluster.patterns;

import org.jspecify.annotations.NullMarked;
