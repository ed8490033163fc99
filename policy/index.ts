// pulumi preview --policy-pack policy
import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";

new PolicyPack("playlake", { policies: [...rules], enforcementLevel: "mandatory" });
