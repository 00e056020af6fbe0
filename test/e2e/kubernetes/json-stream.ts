/** Splits a stream of consecutive JSON objects in any format. */
export class JsonStream {
  private rest = '';
  private at = 0;
  private depth = 0;
  private isText = false;
  private start = 0;

  /** Adds the next part, and returns the completed objects. */
  push(part: string): unknown[] {
    this.rest += part;
    const complete: unknown[] = [];
    for (; this.at < this.rest.length; this.at += 1) {
      const character = this.rest[this.at];
      if (this.isText) {
        if (character === '\\') {
          // An escaped character does not end a string. It can be in the next part.
          this.at += 1;
        } else if (character === '"') {
          this.isText = false;
        }
      } else if (character === '"') {
        this.isText = true;
      } else if (character === '{') {
        this.start = this.depth === 0 ? this.at : this.start;
        this.depth += 1;
      } else if (character === '}') {
        this.depth -= 1;
        if (this.depth === 0) {
          complete.push(JSON.parse(this.rest.slice(this.start, this.at + 1)));
        }
      }
    }
    if (this.depth === 0) {
      this.at -= this.rest.length;
      this.rest = '';
    }
    return complete;
  }
}
