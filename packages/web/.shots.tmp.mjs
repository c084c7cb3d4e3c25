import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
const log = readFileSync("/tmp/start2.log","utf8");
const links = [...log.matchAll(/(http:\S+\/login\/\S+)/g)].map(m=>m[1]);
const names=["ada","ben","carla","dev","eva","farid"];
const b = await chromium.launch({executablePath:"/usr/bin/chromium",args:["--no-sandbox","--disable-quic","--no-first-run","--disable-background-networking","--disable-component-update","--disable-sync"]});
const pages={};
for (const n of ["ada","carla","farid","dev","eva"]) { const c=await b.newContext({viewport:{width:1440,height:900}}); const p=await c.newPage(); p.on("console",m=>{if(m.type()==="error")console.log(n,"console",m.text())}); p.on("pageerror",e=>console.log(n,"pageerror",e.message)); await p.goto(links[names.indexOf(n)]); await p.waitForLoadState("networkidle"); pages[n]=p; }
const shot=async(n,f)=>pages[n].screenshot({path:`/tmp/shot-${f}.png`});
await shot("ada","ask");
const p=pages.ada;
console.log(await p.locator("body").innerText().then(t=>t.slice(0,800)));
globalThis.pages=pages;
await p.getByText("Refund desk").first().click().catch(e=>console.log(String(e).slice(0,200)));
await p.waitForTimeout(500);
await shot("ada","ask2");
const box=p.getByRole("textbox").last(); await box.fill("Please refund 250 dollars of order ORD-1042, because \"the sensor arrived broken\"."); await box.press("Enter");
await p.waitForTimeout(4000); await shot("ada","ask3");
await pages.carla.goto(new URL("/inbox", links[0]).href); await pages.carla.waitForTimeout(1500); await shot("carla","inbox");
for (const [n,path] of [["farid","/runs"],["farid","/ledger"],["eva","/people"],["eva","/policies"],["dev","/agents"],["eva","/tools"],["eva","/egress"]]) { await pages[n].goto(new URL(path, links[0]).href); await pages[n].waitForTimeout(1200); await shot(n,path.slice(1)); }
await b.close();
