import { Component, CUSTOM_ELEMENTS_SCHEMA, signal } from "@angular/core";
import type { EventMap } from "aanrader";

@Component({
  selector: "app-shop",
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <button id="rerender" (click)="brand.set('Mei')">rerender</button>
    <button id="swap" (click)="order.set([order()[1], order()[0]])">swap</button>
    <button id="toggle" (click)="shown.set(!shown())">toggle</button>
    <main>
      @for (name of order(); track name) {
        @if (name == 'second') {
          <aanrader-survey id="second" survey="second" save="send"
            (aanrader-show)="hear($event)" (aanrader-answer)="hear($event)"></aanrader-survey>
        } @else if (shown()) {
          <aanrader-survey id="first" survey="first" [brand]="brand()" follow-up="Why?" [properties]="properties"
            (aanrader-show)="hear($event)" (aanrader-score)="hear($event)" (aanrader-answer)="hear($event)">
          </aanrader-survey>
        }
      }
    </main>
    <output id="heard">{{ heard() }}</output>
  `,
})
export class Shop {
  brand = signal("Moes");
  order = signal(["first", "second"]);
  shown = signal(true);
  heard = signal("");
  properties = { plan: "pro" };

  hear({ type, detail }: EventMap["aanrader-show" | "aanrader-answer"]) {
    const score = "score" in detail ? detail.score : "";
    this.heard.update((before) => `${before}${type.replace("aanrader-", "")} ${detail.survey} ${score}; `);
  }
}
